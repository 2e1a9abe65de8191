package onceward.endtoend;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * People who sign up, log in and ask to be found, one after another, until told to stop. Each call
 * goes to the next of several gateways. A call that a gateway refuses, because what is behind it is
 * being replaced, is made again.
 */
final class Crowd implements AutoCloseable {

  private static final int AT_ONCE = 4;

  /** Longer than the deadline of a sign-up. */
  private static final int STEP_MINUTES_MAX = 8;

  private static final Duration PAUSE = Duration.ofMillis(200);

  /** Of a program that is being replaced, or has too much to do. */
  private static final Set<Integer> REFUSALS = Set.of(429, 502, 503, 504);

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final List<Client> gateways;
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final Queue<UUID> done = new ConcurrentLinkedQueue<>();
  private final Queue<UUID> expired = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> running;
  private volatile boolean isStopped;

  Crowd(Client... gateways) {
    this.gateways = List.of(gateways);
    this.running =
        IntStream.range(0, AT_ONCE).<Future<?>>mapToObj(_ -> threads.submit(this::run)).toList();
  }

  /** Waits until so many more people have done everything. Fails if one of them could not. */
  void awaitMore(int people) {
    var from = done.size();
    await()
        .atMost(STEP_MINUTES_MAX, MINUTES)
        .until(() -> running.stream().anyMatch(Future::isDone) || done.size() >= from + people);
    running.stream().filter(Future::isDone).forEach(Crowd::result);
  }

  /** The accounts, once nobody is on the way any more. */
  List<UUID> stop() {
    isStopped = true;
    running.forEach(Crowd::result);
    return List.copyOf(done);
  }

  /** Accounts whose sign-up was cancelled by its deadline. */
  List<UUID> expired() {
    return List.copyOf(expired);
  }

  /** How many calls had to be made again. */
  int refused() {
    return refused.get();
  }

  private void run() {
    while (!isStopped) {
      var person = person();
      var account = signUp(person);
      var settled =
          until(
              gateway -> gateway.settled(account),
              answer -> Set.of("ACTIVE", "REJECTED").contains(answer.text("status")));
      if (settled.text("status").equals("REJECTED")) {
        expired.add(account);
        continue;
      }
      var token = until(gateway -> gateway.logIn(person), answer -> answer.status() == 201);
      until(
          gateway -> gateway.changeListed(token.text("accessToken"), true),
          answer -> answer.status() == 200);
      done.add(account);
    }
  }

  /** If the answer to a sign-up was lost, the login id may be taken: by this very person. */
  private UUID signUp(Person person) {
    var before = refused.get();
    var answer =
        until(
            gateway -> gateway.register(person),
            a -> a.status() == 201 || (a.status() == 409 && refused.get() > before));
    return UUID.fromString(
        answer.status() == 201
            ? answer.text("accountId")
            : RunningSystem.databases()
                .texts("auth", "select id::text from account where login_id = ?", person.loginId())
                .getFirst());
  }

  private Client.Answer until(
      Function<Client, Client.Answer> call, Predicate<Client.Answer> isDone) {
    var end = System.nanoTime() + Duration.ofMinutes(STEP_MINUTES_MAX).toNanos();
    Client.Answer last = null;
    while (System.nanoTime() - end < 0) {
      try {
        last = call.apply(gateways.get(turn.getAndIncrement() % gateways.size()));
        if (isDone.test(last)) {
          return last;
        }
        if (last.status() >= 400 && !REFUSALS.contains(last.status())) {
          break;
        }
      } catch (UncheckedIOException gone) {
        last = null;
      }
      refused.incrementAndGet();
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    throw new AssertionError("the last answer was " + last);
  }

  private static Person person() {
    var number = NUMBER.incrementAndGet();
    return new Person(
        "crowd" + number,
        "correct horse battery staple",
        "Crowd Number " + number,
        "crowd%d@example.com".formatted(number),
        "+82103%07d".formatted(number));
  }

  private static void result(Future<?> member) {
    try {
      member.get();
    } catch (Exception e) {
      throw new AssertionError("somebody of the crowd failed", e);
    }
  }

  @Override
  public void close() {
    isStopped = true;
    threads.close();
  }
}
