package onceward.messaging.tests.subscription;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.transaction.TransactionOperations;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import onceward.messaging.Message;
import onceward.messaging.MessageContext;
import onceward.messaging.NewMessage;
import onceward.messaging.Tracing;
import onceward.messaging.outbox.Outbox;
import onceward.messaging.subscription.Subscription;
import onceward.messaging.testkit.TestMessages;
import onceward.messaging.tests.LedgerServiceTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: one trace, from the span that appends a message to the handler that receives it and on to
 * what that handler appends; and nothing that stands in the place of a trace does any harm.
 */
@MicronautTest(transactional = false)
@Property(name = "ledger.tracing", value = "true")
class TracingTest extends LedgerServiceTest {

  private static final String CONSUMER = "tracing-consumer";
  private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN_ID = "b7ad6b7169203331";
  private static final String TRACEPARENT = "00-" + TRACE_ID + "-" + SPAN_ID + "-01";

  @Serdeable
  record Opened(String note) {}

  @Factory
  @Requires(property = "ledger.tracing")
  static class Traced {

    /** The span that was current in the handler, by message. */
    static final Map<UUID, SpanContext> CURRENT = new ConcurrentHashMap<>();

    /** Messages whose handler still fails once. */
    static final Map<UUID, Boolean> FAILING = new ConcurrentHashMap<>();

    @Singleton
    InMemorySpanExporter finished() {
      return InMemorySpanExporter.create();
    }

    @Singleton
    @Bean(typed = OpenTelemetry.class)
    OpenTelemetry openTelemetry(InMemorySpanExporter finished) {
      var spans =
          SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(finished));
      return OpenTelemetrySdk.builder().setTracerProvider(spans.build()).build();
    }

    @Singleton
    Subscription things(Outbox outbox) {
      return Subscription.of(CONSUMER, "thing.events")
          .on(
              "Opened",
              Opened.class,
              (_, message) -> {
                CURRENT.put(message.id(), Span.current().getSpanContext());
                outbox.append(
                    new NewMessage("answer", message.aggregateId(), 1, "Seen", new Opened("b")));
                if (FAILING.remove(message.id()) != null) {
                  throw new IllegalStateException("the phone number of a person");
                }
              });
    }
  }

  @Inject Outbox outbox;
  @Inject TransactionOperations<Connection> transactions;
  @Inject OpenTelemetry openTelemetry;
  @Inject InMemorySpanExporter finished;
  @Inject Tracing tracing;

  @Test
  void a_message_carries_the_trace_of_the_span_that_appends_it() {
    var thing = UUID.randomUUID();
    var span = openTelemetry.getTracer("test").spanBuilder("sign up").startSpan();
    try (var _ = span.makeCurrent()) {
      transactions.executeWrite(_ -> outbox.append(opened(thing)));
    } finally {
      span.end();
    }

    var context = span.getSpanContext();
    assertThat(appended(thing).traceparent())
        .isEqualTo("00-" + context.getTraceId() + "-" + context.getSpanId() + "-01");
  }

  @Test
  void a_message_appended_outside_every_span_carries_none() {
    var thing = UUID.randomUUID();
    transactions.executeWrite(_ -> outbox.append(opened(thing)));

    assertThat(appended(thing).traceparent()).isNull();
  }

  @Test
  void the_handler_runs_in_a_span_whose_parent_appended_the_message() {
    var message = delivered(TRACEPARENT);

    var current = requireNonNull(Traced.CURRENT.get(message.id()));
    var span = spanOf(message);
    assertThat(current.getTraceId()).isEqualTo(TRACE_ID);
    assertThat(span.getSpanContext()).isEqualTo(current);
    assertThat(span.getParentSpanId()).isEqualTo(SPAN_ID);
    assertThat(span.getName()).isEqualTo("handle Opened");
    assertThat(span.getKind()).isEqualTo(SpanKind.CONSUMER);
    assertThat(span.getAttributes().asMap())
        .isEqualTo(
            Attributes.builder()
                .put("messaging.system", "kafka")
                .put("messaging.operation.type", "process")
                .put("messaging.operation.name", "handle")
                .put("messaging.destination.name", "thing.events")
                .put("messaging.consumer.group.name", CONSUMER)
                .put("messaging.message.id", message.id().toString())
                .build()
                .asMap());
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
  }

  @Test
  void what_the_handler_appends_carries_the_trace_on_and_still_names_its_cause() {
    var message = delivered(TRACEPARENT);

    var answer = appended(message.aggregateId());
    assertThat(answer.traceparent())
        .isEqualTo("00-" + TRACE_ID + "-" + spanOf(message).getSpanId() + "-01");
    assertThat(answer.causationId()).isEqualTo(message.id());
    assertThat(answer.correlationId()).isEqualTo(message.id());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not a trace",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-which-is-longer-than-any-trace"
      })
  void a_malformed_trace_begins_a_new_one_and_does_no_harm(String malformed) {
    var message = delivered(malformed);

    var current = requireNonNull(Traced.CURRENT.get(message.id()));
    assertThat(current.isValid()).isTrue();
    assertThat(current.getTraceId()).isNotEqualTo(TRACE_ID);
    assertThat(appended(message.aggregateId()).traceparent())
        .isEqualTo("00-" + current.getTraceId() + "-" + current.getSpanId() + "-01");
  }

  @Test
  void a_message_without_a_trace_begins_one() {
    var message = delivered(null);

    assertThat(requireNonNull(Traced.CURRENT.get(message.id())).isValid()).isTrue();
    assertThat(spanOf(message).getParentSpanContext().isValid()).isFalse();
  }

  @Test
  void a_failure_marks_the_span_and_its_text_stays_out() {
    var message = opened(TRACEPARENT);
    Traced.FAILING.put(message.id(), true);
    deliver(message);

    assertThat(spansOf(message))
        .filteredOn(span -> span.getStatus().getStatusCode() == StatusCode.ERROR)
        .singleElement()
        .satisfies(span -> {
          assertThat(span.getAttributes().get(AttributeKey.stringKey("error.type")))
              .isEqualTo("java.lang.IllegalStateException");
          assertThat(span.getEvents()).isEmpty();
          assertThat(span.toString()).doesNotContain("phone number");
        });
  }

  @Test
  void the_thread_leaves_the_trace_when_the_message_has_been_handled_or_has_failed()
      throws Exception {
    var message = opened(TRACEPARENT);

    tracing.handling(
        CONSUMER, message, null, () -> assertThat(Span.current().isRecording()).isTrue());
    assertThat(Span.current().getSpanContext().isValid()).isFalse();
    assertThatThrownBy(() ->
            tracing.handling(
                CONSUMER,
                message,
                null,
                () -> {
                  throw new IllegalStateException("not now");
                }))
        .hasMessage("not now");
    assertThat(Span.current().getSpanContext().isValid()).isFalse();
    assertThat(spansOf(message)).hasSize(2);
  }

  private Message delivered(@Nullable String traceparent) {
    return deliver(opened(traceparent));
  }

  private Message deliver(Message message) {
    service.publish(message);
    await()
        .atMost(20, SECONDS)
        .until(() -> service.outbox().typesAbout(message.aggregateId()).contains("Seen"));
    return message;
  }

  private SpanData spanOf(Message message) {
    return spansOf(message).getLast();
  }

  private java.util.List<SpanData> spansOf(Message message) {
    var id = AttributeKey.stringKey("messaging.message.id");
    return finished.getFinishedSpanItems().stream()
        .filter(span -> message.id().toString().equals(span.getAttributes().get(id)))
        .toList();
  }

  private MessageContext appended(Object aggregateId) {
    return service.outbox().about(aggregateId).getFirst().context();
  }

  private static NewMessage opened(UUID thing) {
    return new NewMessage("thing", thing.toString(), 1, "Opened", new Opened("a"));
  }

  private static Message opened(@Nullable String traceparent) {
    return new Message(
        TestMessages.newId(),
        "thing",
        UUID.randomUUID().toString(),
        1,
        "Opened",
        "{\"note\":\"a\"}",
        new MessageContext(traceparent, null, null));
  }
}
