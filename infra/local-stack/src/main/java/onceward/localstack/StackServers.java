package onceward.localstack;

import java.util.function.UnaryOperator;
import onceward.localstack.kafka.KafkaBroker;
import onceward.localstack.kafka.KafkaLogins;
import onceward.localstack.kafka.KafkaSettings;
import onceward.localstack.kafka.Topic;
import onceward.localstack.postgres.PostgresServer;
import onceward.localstack.process.PrivateFiles;
import onceward.localstack.process.PropertiesText;
import onceward.localstack.process.StackException;

/**
 * Starts PostgreSQL and Kafka, with the databases and topics of the programs. Records a broker
 * before it waits for the broker; PostgreSQL names its process in its data directory by itself.
 */
record StackServers(StackHome home, StackPorts ports, Ready ready) {

  /** Gets the name of a server that is ready, and when its start began. */
  interface Ready {
    void ready(String name, long startNanos);
  }

  PostgresServer startPostgres() {
    long start = System.nanoTime();
    PostgresServer postgres = PostgresServer.start(home.postgres(ports.postgres()));
    record(postgres::close, state -> state.withPostgres(postgres.process()));
    ready.ready("postgres", start);
    return postgres;
  }

  KafkaBroker startKafka() {
    long start = System.nanoTime();
    KafkaSettings settings = home.kafka(ports);
    KafkaBroker kafka = KafkaBroker.launch(settings);
    record(kafka::close, state -> state.withKafka(kafka.process()));
    kafka.awaitListening(settings.log());
    kafka.allow(KafkaUsers.rights());
    writeLogins();
    kafka.createTopics(Topic.named("account.events"), Topic.named("profile.events"));
    ready.ready("kafka", start);
    return kafka;
  }

  /** One file for each user, so that a program can be given its own login and no other. */
  private void writeLogins() {
    KafkaLogins logins = home.kafkaLogins();
    for (String user : KafkaUsers.all()) {
      PrivateFiles.write(home.kafkaLogin(user), PropertiesText.of(logins.client(user)));
    }
  }

  /**
   * Stops the server again if it cannot be recorded, because another command stops the stack
   * meanwhile, or the disk is full.
   */
  private void record(Runnable undo, UnaryOperator<StackState> change) {
    boolean recorded = false;
    try {
      recorded = home.stackFile().record(change);
    } finally {
      if (!recorded) {
        undo.run();
      }
    }
    if (!recorded) {
      throw stopped();
    }
  }

  static StackException stopped() {
    return new StackException("Another command stopped the stack while this command started it.");
  }
}
