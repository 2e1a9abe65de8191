package onceward.relay.publish;

import java.time.Duration;

/**
 * Another publisher of the same slot was opened since, or a transaction took too long and Kafka
 * ended it. Nothing of the transaction is published, and the publisher can publish nothing any
 * more.
 */
public final class FencedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  FencedException(String transactionalId, Duration transactionMax, Throwable why) {
    super(
        "%s was taken over by another relay, or its transaction was open for more than %d s: %s"
            .formatted(transactionalId, transactionMax.toSeconds(), why.getMessage()),
        why);
  }
}
