package onceward.relay.republish;

import onceward.messaging.Message;

/**
 * Kafka refuses a message that is to be published again. The request is paused; the pipeline begins
 * anew without it, as its publisher is of no further use.
 */
public final class RepublishRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RepublishRefusedException(long request, Message refused, RuntimeException why) {
    super(
        "republish request %d is paused at message %s: %s"
            .formatted(request, refused.id(), why.getMessage()),
        why);
  }
}
