package onceward.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import onceward.localstack.process.Condition;
import onceward.localstack.process.StackException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is waited for, and what ends the wait at once. The processes are made up. */
@Timeout(20)
final class ProgramsWaitTest {

  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final BooleanSupplier ALIVE = Boolean.TRUE::booleanValue;
  private static final BooleanSupplier DEAD = Boolean.FALSE::booleanValue;

  private final List<String> told = new CopyOnWriteArrayList<>();

  @Test
  void it_is_over_when_all_are_ready() {
    AtomicInteger asked = new AtomicInteger();
    Watched late =
        new Watched(
            "user-service",
            ALIVE,
            () -> asked.incrementAndGet() < 3 ? Condition.NOT_READY : Condition.READY,
            "",
            SHORT,
            List::of,
            () -> "");

    wait(LONG, server("kafka", ALIVE)).until(List.of(program("gateway", ALIVE), late), told::add);

    assertThat(told).containsExactly("gateway", "user-service");
  }

  @Test
  void a_server_that_ends_ends_the_wait_and_is_named() {
    AtomicInteger asked = new AtomicInteger();
    Watched kafka = server("kafka", () -> asked.incrementAndGet() < 5);

    assertThatThrownBy(() ->
            wait(LONG, server("postgres", ALIVE), kafka)
                .until(List.of(unready("auth-service"), unready("user-service")), told::add))
        .isInstanceOf(EndedException.class)
        .hasMessage("kafka ended while the programs that need it were starting. [log of kafka]");
    assertThat(told).isEmpty();
  }

  @Test
  void a_program_that_died_of_its_server_is_not_blamed() {
    assertThatThrownBy(() ->
            wait(LONG, server("postgres", DEAD))
                .until(List.of(program("auth-service", DEAD)), told::add))
        .isInstanceOf(EndedException.class)
        .hasMessageStartingWith("postgres ended");
  }

  @Test
  void a_program_that_ends_ends_the_wait_for_the_others() {
    assertThatThrownBy(() ->
            wait(LONG, server("kafka", ALIVE))
                .until(List.of(unready("gateway"), program("outbox-relay", DEAD)), told::add))
        .isInstanceOf(EndedException.class)
        .hasMessage("outbox-relay ended before it was ready. [log of outbox-relay]");
  }

  @Test
  void a_program_that_ends_after_it_was_ready_is_noticed() {
    AtomicInteger asked = new AtomicInteger();

    assertThatThrownBy(() ->
            wait(LONG, server("kafka", ALIVE))
                .until(List.of(program("gateway", () -> asked.incrementAndGet() < 2)), told::add))
        .isInstanceOf(EndedException.class)
        .hasMessageStartingWith("gateway ended");
  }

  @Test
  void all_that_are_not_ready_are_named_with_the_server_that_does_not_answer() {
    Watched suspended =
        new Watched(
            "kafka", ALIVE, () -> Condition.SILENT, "127.0.0.1:29092", SHORT, List::of, () -> "");

    assertThatThrownBy(() ->
            wait(SHORT, server("postgres", ALIVE), suspended)
                .until(
                    List.of(
                        unready("auth-service"),
                        program("gateway", ALIVE),
                        unready("outbox-relay")),
                    told::add))
        .isInstanceOf(StackException.class)
        .hasMessage(
            """
            auth-service is not ready after 0 s: http://auth-service does not answer 200; stocks: empty. [log of auth-service]
            outbox-relay is not ready after 0 s: http://outbox-relay does not answer 200; stocks: empty. [log of outbox-relay]
            kafka runs at 127.0.0.1:29092, and does not answer within 2 s.\
            """);
    assertThat(told).containsExactly("gateway");
  }

  @Test
  void what_is_waited_for_is_told_when_it_takes_a_while() {
    assertThatThrownBy(() ->
            wait(Duration.ofSeconds(1), server("kafka", ALIVE))
                .until(List.of(unready("user-service", SHORT)), told::add))
        .isInstanceOf(StackException.class);
    assertThat(told)
        .containsExactly("user-service  is not ready; waiting up to 1 s; stocks: empty");
  }

  @Test
  void what_only_an_operator_can_mend_is_not_waited_for() {
    Watched relay = saying("outbox-relay", "pipelines: auth: STOPPED: slot-ahead: it moved");

    assertThatThrownBy(() ->
            new ProgramsWait(List.of(), LONG, Duration.ZERO, told::add)
                .until(List.of(relay, program("gateway", ALIVE)), told::add))
        .isInstanceOf(StuckException.class)
        .hasMessage(
            "outbox-relay does not become ready before an operator acts: pipelines: auth: STOPPED: slot-ahead: it moved; read infra/docs/runbook/slot-ahead.md");
    assertThat(told).containsExactly("gateway");
  }

  @Test
  void what_another_program_mends_while_it_starts_needs_no_operator() {
    AtomicInteger relayAsked = new AtomicInteger();
    AtomicInteger sinceServiceIsReady = new AtomicInteger();
    Watched service =
        new Watched(
            "auth-service",
            ALIVE,
            // When the relay has said for longer than the grace that an operator has to act.
            () -> relayAsked.get() > 3 ? Condition.READY : Condition.NOT_READY,
            "",
            LONG,
            List::of,
            () -> "");
    Watched relay =
        new Watched(
            "outbox-relay",
            ALIVE,
            () ->
                told.contains("auth-service") && sinceServiceIsReady.incrementAndGet() > 3
                    ? Condition.READY
                    : Condition.NOT_READY,
            "",
            LONG,
            () -> {
              relayAsked.incrementAndGet();
              return List.of("pipelines: auth: STOPPED: topic-missing: topic t does not exist");
            },
            () -> "");

    new ProgramsWait(List.of(), LONG, Duration.ofSeconds(1), told::add)
        .until(List.of(relay, service), told::add);

    assertThat(told).containsExactly("auth-service", "outbox-relay");
  }

  @Test
  void what_time_may_mend_is_waited_for_beside_it() {
    Watched relay = saying("outbox-relay", "pipelines: auth: STOPPED: slot-ahead: it moved");
    Watched service = saying("user-service", "subscriptions: user on account.events: it tries");

    assertThatThrownBy(() ->
            new ProgramsWait(List.of(), Duration.ofSeconds(6), Duration.ZERO, told::add)
                .until(List.of(relay, service), told::add))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("outbox-relay does not become ready before an operator acts")
        .hasMessageContaining("user-service is not ready after 6 s");
  }

  private static Watched saying(String name, String reason) {
    return new Watched(
        name,
        ALIVE,
        () -> Condition.NOT_READY,
        "http://" + name,
        LONG,
        () -> List.of(reason),
        () -> log(name));
  }

  private ProgramsWait wait(Duration limit, Watched... servers) {
    return new ProgramsWait(List.of(servers), limit, told::add);
  }

  private static Watched unready(String name) {
    return unready(name, LONG);
  }

  private static Watched unready(String name, Duration usual) {
    return new Watched(
        name,
        ALIVE,
        () -> Condition.NOT_READY,
        "http://" + name,
        usual,
        () -> List.of("stocks: empty"),
        () -> log(name));
  }

  private static Watched program(String name, BooleanSupplier alive) {
    return new Watched(
        name, alive, () -> Condition.READY, "http://" + name, SHORT, List::of, () -> log(name));
  }

  private static Watched server(String name, BooleanSupplier alive) {
    return new Watched(name, alive, () -> Condition.READY, "", SHORT, List::of, () -> log(name));
  }

  private static String log(String name) {
    return " [log of " + name + "]";
  }
}
