package onceward.relay;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Gives each test an outbox, and the topic for its messages, read with and without what aborts. */
abstract class OutboxAndTopic {

  /** Far more than anything here takes: only to fail in the end. */
  static final Duration LIMIT = Duration.ofMinutes(2);

  OutboxDatabase database;
  TopicReader topic;
  TopicReader committed;

  @BeforeEach
  void makeOutboxAndTopic() {
    database = OutboxDatabase.create();
    topic = new TopicReader().createTopic();
    committed = topic.committed();
  }

  @AfterEach
  void closeOutboxAndTopic() throws Exception {
    committed.close();
    topic.close();
    database.close();
  }
}
