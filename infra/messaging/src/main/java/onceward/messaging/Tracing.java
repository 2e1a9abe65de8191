package onceward.messaging;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import jakarta.inject.Singleton;
import java.util.UUID;
import onceward.messaging.HandledMessage.Work;
import org.jspecify.annotations.Nullable;

/**
 * Continues the trace of a message while its handler runs: a consumer span, child of the span that
 * appended the message, is current, and the parent of the handler's spans.
 *
 * <p>Needs an {@link OpenTelemetry} bean. Without one there is no span, and a message that the
 * handler appends carries the trace of the message in hand. A message without a readable trace
 * begins a new one. A replay has a trace of its own, with a link to the trace of the message:
 * otherwise a trace of a minute would last for weeks. Names and attributes follow OpenTelemetry's
 * conventions for messaging; neither payload nor text of an exception enters a span. Safe for use
 * by many threads.
 */
@Singleton
public final class Tracing {

  private static final String INSTRUMENTATION = "onceward.messaging";

  private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
  private static final AttributeKey<String> OPERATION_TYPE =
      AttributeKey.stringKey("messaging.operation.type");
  private static final AttributeKey<String> OPERATION_NAME =
      AttributeKey.stringKey("messaging.operation.name");
  private static final AttributeKey<String> DESTINATION =
      AttributeKey.stringKey("messaging.destination.name");
  private static final AttributeKey<String> CONSUMER_GROUP =
      AttributeKey.stringKey("messaging.consumer.group.name");
  private static final AttributeKey<String> MESSAGE_ID =
      AttributeKey.stringKey("messaging.message.id");
  private static final AttributeKey<String> REPLAY = AttributeKey.stringKey("onceward.replay.id");
  private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

  private final @Nullable Tracer tracer;

  Tracing(@Nullable OpenTelemetry openTelemetry) {
    tracer = openTelemetry == null ? null : openTelemetry.getTracer(INSTRUMENTATION);
  }

  /**
   * Does {@code work} as part of handling {@code message}, see {@link HandledMessage#during}, and
   * within its trace.
   *
   * @param consumer the name under which the message is claimed
   * @param replay the replay that the work is part of; null if the message was delivered
   */
  public void handling(String consumer, Message message, @Nullable UUID replay, Work work)
      throws Exception {
    if (tracer == null) {
      HandledMessage.during(message, work);
    } else {
      handling(started(tracer, consumer, message, replay), message, work);
    }
  }

  private static void handling(Span span, Message message, Work work) throws Exception {
    try (var _ = span.makeCurrent()) {
      HandledMessage.during(message, work);
    } catch (Throwable failure) {
      // Not recordException: its text may hold personal data.
      span.setStatus(StatusCode.ERROR);
      span.setAttribute(ERROR_TYPE, failure.getClass().getName());
      throw failure;
    } finally {
      span.end();
    }
  }

  private static Span started(
      Tracer tracer, String consumer, Message message, @Nullable UUID replay) {
    var appended = Traceparent.parse(message.context().traceparent());
    var span = tracer.spanBuilder("handle " + message.type());
    if (replay == null) {
      span.setParent(Context.root().with(Span.wrap(appended)));
    } else {
      span.setNoParent().addLink(appended).setAttribute(REPLAY, replay.toString());
    }
    return span.setSpanKind(SpanKind.CONSUMER)
        .setAttribute(SYSTEM, "kafka")
        .setAttribute(OPERATION_TYPE, "process")
        .setAttribute(OPERATION_NAME, "handle")
        .setAttribute(DESTINATION, message.topic())
        .setAttribute(CONSUMER_GROUP, consumer)
        .setAttribute(MESSAGE_ID, message.id().toString())
        .startSpan();
  }
}
