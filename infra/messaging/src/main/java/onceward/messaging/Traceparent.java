package onceward.messaging;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A span's place in its trace as W3C writes it, and back. What comes from outside may be anything:
 * what is no trace context counts as none, and what is written here is always short and well
 * formed.
 */
final class Traceparent {

  private static final String HEADER = "traceparent";

  private Traceparent() {}

  /** The span it names; an invalid one if it names none. */
  static SpanContext parse(@Nullable String traceparent) {
    if (traceparent == null) {
      return SpanContext.getInvalid();
    }
    var context =
        W3CTraceContextPropagator.getInstance()
            .extract(Context.root(), traceparent, OnlyTraceparent.INSTANCE);
    return Span.fromContext(context).getSpanContext();
  }

  /** 55 characters; null if the span is invalid. */
  static @Nullable String of(SpanContext span) {
    return span.isValid()
        ? "00-" + span.getTraceId() + "-" + span.getSpanId() + "-" + span.getTraceFlags().asHex()
        : null;
  }

  /** Shows the propagator one header. */
  private enum OnlyTraceparent implements TextMapGetter<String> {
    INSTANCE;

    @Override
    public Iterable<String> keys(String traceparent) {
      return List.of(HEADER);
    }

    @Override
    public @Nullable String get(@Nullable String traceparent, String key) {
      return key.equals(HEADER) ? traceparent : null;
    }
  }
}
