package onceward.messaging;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The cause and the trace of a message. Every part may be unknown.
 *
 * @param traceparent the W3C trace context of the work that appended the message
 * @param causationId the message whose handling appended this one
 * @param correlationId the first message of the chain; the same for a whole saga
 */
public record MessageContext(
    @Nullable String traceparent, @Nullable UUID causationId, @Nullable UUID correlationId) {

  /** A message that nothing is known to have caused. */
  public static final MessageContext NONE = new MessageContext(null, null, null);

  /** The context of whatever is appended while {@code cause} is handled. */
  public static MessageContext causedBy(Message cause) {
    var origin = cause.context();
    var correlationId = origin.correlationId() == null ? cause.id() : origin.correlationId();
    return new MessageContext(origin.traceparent(), cause.id(), correlationId);
  }
}
