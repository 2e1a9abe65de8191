package onceward.endtoend;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/**
 * Goal: whoever looks at one message of a saga finds all that led to it: one trace from the call to
 * the last message, and each message names its cause and the first of them.
 */
class OneTraceTest {

  private static final String SPAN_ID = "b7ad6b7169203331";

  private final Client client = RunningSystem.client();

  @Test
  void a_sign_up_within_a_trace_stays_in_it_to_the_last_message() {
    var traceId = UUID.randomUUID().toString().replace("-", "");
    var accountId = client.signUp(Person.unique(), "00-" + traceId + "-" + SPAN_ID + "-01");

    var saga = saga(accountId);
    assertThat(saga).extracting(OneTraceTest::traceId).containsOnly(traceId);
    assertThat(saga)
        .extracting(OneTraceTest::spanId)
        .doesNotHaveDuplicates()
        .doesNotContain(SPAN_ID);
    assertCausesAreNamed(saga);
  }

  @Test
  void a_sign_up_without_a_trace_begins_one_and_stays_in_it() {
    var first = saga(client.signUp(Person.unique()));
    var second = saga(client.signUp(Person.unique()));

    assertThat(first).extracting(OneTraceTest::traceId).containsOnly(traceId(first.getFirst()));
    assertThat(traceId(second.getFirst())).isNotEqualTo(traceId(first.getFirst()));
    assertCausesAreNamed(first);
  }

  @Test
  void what_is_no_trace_does_not_stop_a_sign_up() {
    var saga = saga(client.signUp(Person.unique(), "00-not-a-trace-" + "x".repeat(2000)));

    assertThat(saga).extracting(OneTraceTest::traceId).containsOnly(traceId(saga.getFirst()));
  }

  /** AccountRegistered, ProfileCreated, AccountActivated. */
  private List<ConsumerRecord<byte[], byte[]>> saga(UUID accountId) {
    assertThat(client.settled(accountId).text("status")).isEqualTo("ACTIVE");
    var topics = RunningSystem.topics();
    await()
        .atMost(20, SECONDS)
        .untilAsserted(() -> assertThat(topics.about("account.events", accountId)).hasSize(2));
    var account = topics.about("account.events", accountId);
    var profile = topics.about("profile.events", accountId);
    assertThat(profile).hasSize(1);
    return Stream.of(account.getFirst(), profile.getFirst(), account.getLast()).toList();
  }

  private static void assertCausesAreNamed(List<ConsumerRecord<byte[], byte[]>> saga) {
    var ids = saga.stream().map(record -> Topics.header(record, "ce_id")).toList();
    assertThat(saga)
        .extracting(record -> Topics.header(record, "ce_causationid"))
        .containsExactly("", ids.get(0), ids.get(1));
    assertThat(saga)
        .extracting(record -> Topics.header(record, "ce_correlationid"))
        .containsExactly("", ids.get(0), ids.get(0));
  }

  private static String traceId(ConsumerRecord<?, ?> record) {
    var traceparent = Topics.header(record, "traceparent");
    assertThat(traceparent).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
    return traceparent.split("-", -1)[1];
  }

  private static String spanId(ConsumerRecord<?, ?> record) {
    return Topics.header(record, "traceparent").split("-", -1)[2];
  }
}
