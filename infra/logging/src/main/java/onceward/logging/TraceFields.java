package onceward.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.core.JsonGenerator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.io.IOException;
import net.logstash.logback.composite.AbstractJsonProvider;

/**
 * Adds {@code trace_id} and {@code span_id} of the current trace to a log line; adds nothing
 * outside of a trace. For appenders that write on the thread that logs.
 */
public final class TraceFields extends AbstractJsonProvider<ILoggingEvent> {

  @Override
  public void writeTo(JsonGenerator json, ILoggingEvent event) throws IOException {
    var span = Span.fromContext(Context.current()).getSpanContext();
    if (span.isValid()) {
      json.writeStringField("trace_id", span.getTraceId());
      json.writeStringField("span_id", span.getSpanId());
    }
  }
}
