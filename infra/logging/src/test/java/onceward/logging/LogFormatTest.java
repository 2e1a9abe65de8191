package onceward.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.MDC;

/**
 * Every event is one line, and whoever collects JSON finds the fields by name. Method: a logger
 * that is configured as a program's, with what it prints.
 */
class LogFormatTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";

  @Test
  void an_event_is_one_object_with_the_fields_by_their_names() throws Exception {
    var event = json(log -> log.info("published {} of {}", 3, "\"4\"\n"));

    assertThat(event.fieldNames())
        .toIterable()
        .containsExactly("time", "level", "logger", "thread", "message");
    assertThat(Instant.parse(event.path("time").asText())).isBefore(Instant.now().plusSeconds(1));
    assertThat(event.path("level").asText()).isEqualTo("INFO");
    assertThat(event.path("logger").asText()).isEqualTo("onceward.Some");
    assertThat(event.path("thread").asText()).isEqualTo(Thread.currentThread().getName());
    assertThat(event.path("message").asText()).isEqualTo("published 3 of \"4\"\n");
  }

  @Test
  void an_exception_comes_with_its_trace_and_its_causes() throws Exception {
    var event = json(log -> log.warn("no", new IllegalStateException("out", new Error("in"))));

    assertThat(event.path("exception").asText())
        .startsWith("java.lang.IllegalStateException: out\n")
        .contains("at onceward.logging.LogFormatTest", "Caused by: java.lang.Error: in\n");
  }

  @Test
  void the_pipeline_is_told_and_what_else_a_thread_carries_is_not() throws Exception {
    var event =
        json(log -> {
          try (var _ = MDC.putCloseable("pipeline", "auth");
              var _ = MDC.putCloseable("dbz.connectorContext", "streaming")) {
            log.info("here");
          }
        });

    assertThat(event.path("pipeline").asText()).isEqualTo("auth");
    assertThat(event.has("dbz.connectorContext")).isFalse();
  }

  @Test
  void the_trace_is_told_while_there_is_one() throws Exception {
    var event =
        json(log -> {
          try (Scope _ = span().makeCurrent()) {
            log.info("here");
          }
        });

    assertThat(event.path("trace_id").asText()).isEqualTo(TRACE);
    assertThat(event.path("span_id").asText()).isEqualTo(SPAN);
  }

  @Test
  void text_is_one_line_too_and_what_comes_when_json_is_not_asked_for() {
    var line = print(null, log -> log.warn("two\nlines", new IllegalStateException("out")));

    assertThat(line)
        .hasLineCount(1)
        .contains(
            " WARN  [", "] onceward.Some - two | lines | java.lang.IllegalStateException: out");
    assertThat(print("yaml", log -> log.info("bare"))).endsWith(" - bare\n");
  }

  private static Span span() {
    return Span.wrap(
        SpanContext.create(TRACE, SPAN, TraceFlags.getSampled(), TraceState.getDefault()));
  }

  private static JsonNode json(Consumer<Logger> deed) throws Exception {
    var printed = print("json", deed);
    assertThat(printed).hasLineCount(1);
    return new ObjectMapper().readTree(printed);
  }

  private static String print(@Nullable String format, Consumer<Logger> deed) {
    return print(format, "onceward.Some", deed);
  }

  /** What a program prints that is configured with the format, while the logger is used. */
  static String print(@Nullable String format, String logger, Consumer<Logger> deed) {
    var stdout = System.out;
    var printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, UTF_8));
    var context = new LoggerContext();
    context.setMDCAdapter(MDC.getMDCAdapter());
    try {
      if (format != null) {
        context.putProperty("ONCEWARD_LOG_FORMAT", format);
      }
      var configurator = new JoranConfigurator();
      configurator.setContext(context);
      configurator.doConfigure(LogFormatTest.class.getResource("program.xml"));
      deed.accept(context.getLogger(logger));
    } catch (Exception e) {
      throw new IllegalStateException("the configuration is not understood", e);
    } finally {
      context.stop();
      System.setOut(stdout);
    }
    return printed.toString(UTF_8);
  }
}
