package onceward.auth.password;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PasswordsTest {

  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Argon2id NATIVE = new NativeArgon2id();
  private static final Argon2id JAVA = new JavaArgon2id();

  @Test
  void the_default_hash_is_argon2id_with_at_least_the_advised_cost_and_a_salt_of_its_own() {
    try (var place = passwords(NATIVE, 19_456, 2, 2, LONG).takePlace()) {
      var hash = place.hash("secret words");

      assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
      assertThat(place.hash("secret words")).isNotEqualTo(hash);
      assertThat(place.matches("secret words", hash)).isTrue();
      assertThat(place.matches("secret word", hash)).isFalse();
    }
  }

  @Test
  void a_password_is_taken_exactly_as_given() {
    try (var place = cheap(NATIVE).takePlace()) {
      var hash = place.hash(" Pass ");

      assertThat(place.matches("Pass", hash)).isFalse();
      assertThat(place.matches(" pass ", hash)).isFalse();
      assertThat(place.matches(" Pass ", hash)).isTrue();
    }
  }

  @Test
  void without_a_hash_nothing_matches_not_even_the_stand_in() {
    try (var place = cheap(NATIVE).takePlace()) {
      assertThat(place.matches("nobody has this password", null)).isFalse();
    }
  }

  @Test
  void what_one_implementation_hashes_the_other_reads() {
    try (var inC = cheap(NATIVE).takePlace();
        var inJava = cheap(JAVA).takePlace()) {
      for (var password : new String[] {"a", "correct horse", "비밀번호 é", "x".repeat(128)}) {
        assertThat(inJava.matches(password, inC.hash(password))).isTrue();
        assertThat(inC.matches(password, inJava.hash(password))).isTrue();
        assertThat(inC.matches(password + "x", inJava.hash(password))).isFalse();
      }
    }
  }

  /** Method: a hash that another program made, in the tests of the reference implementation. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "native $argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "java $argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc"
      })
  void a_hash_of_any_cost_is_read(String implementation, String phc) {
    try (var place = cheap(implementation.equals("java") ? JAVA : NATIVE).takePlace()) {
      assertThat(place.matches("password", phc)).isTrue();
      assertThat(place.matches("differentpassword", phc)).isFalse();
    }
  }

  @Test
  void a_hash_of_another_cost_is_renewed() {
    try (var before = cheap(NATIVE).takePlace();
        var now = passwords(NATIVE, 2048, 1, 2, LONG).takePlace()) {
      var old = before.hash("secret words");

      assertThat(before.renewed("secret words", old)).isEmpty();
      assertThat(now.renewed("secret words", old).orElseThrow()).contains("$m=2048,t=1,p=1$");
    }
  }

  @Test
  void the_work_for_an_unknown_login_id_has_the_cost_of_today() {
    var seen = new AtomicInteger();
    var watched = new Recording(seen);
    try (var place = passwords(watched, 4096, 3, 2, LONG).takePlace()) {
      seen.set(0);
      assertThat(place.matches("anything", null)).isFalse();
    }
    assertThat(seen).hasValue(4096);
  }

  @Test
  void where_the_native_library_does_not_load_or_is_wrong_the_other_is_used() {
    assertThat(Argon2Choice.of(NATIVE, JAVA)).isSameAs(NATIVE);
    assertThat(Argon2Choice.of(new Unloadable(), JAVA)).isSameAs(JAVA);
    assertThat(Argon2Choice.of(new Recording(new AtomicInteger()), JAVA)).isSameAs(JAVA);
  }

  @Test
  void beyond_threads_and_queue_the_next_request_is_refused_at_once() throws Exception {
    var meters = new SimpleMeterRegistry();
    var passwords =
        new Passwords(
            new PasswordConfiguration(1024, 1, 1, 1, LONG),
            new Recording(new AtomicInteger()),
            meters);
    var running = passwords.takePlace();
    try (var waiting = passwords.takePlace()) {
      assertThatThrownBy(passwords::takePlace).isInstanceOf(TooBusyException.class);
      assertThat(waiting).isNotNull();
      assertThat(meters.counter("auth.password.refused").count()).isEqualTo(1);
    } finally {
      running.close();
    }
    passwords.takePlace().close();
  }

  @Test
  void who_waits_too_long_is_refused_and_takes_no_time_of_those_behind() throws Exception {
    var hanging = new Hanging();
    var passwords = passwords(hanging, 1024, 1, 4, Duration.ofSeconds(2));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        var first = passwords.takePlace();
        var second = passwords.takePlace()) {
      // Its thread has begun: otherwise the time of the next one may end before that.
      await().atMost(LONG).ignoreExceptions().until(() -> !first.hash("warm-up").isEmpty());
      hanging.hangs = true;
      var computing = threads.submit(() -> first.hash("first"));
      await().atMost(LONG).until(() -> hanging.started.get() == 1);

      assertThatThrownBy(() -> second.hash("second")).isInstanceOf(TooBusyException.class);
      assertThatThrownBy(computing::get).hasCauseInstanceOf(TooBusyException.class);
      hanging.hangs = false;
      hanging.end.countDown();

      await().atMost(LONG).ignoreExceptions().until(() -> !first.hash("third").isEmpty());
      assertThat(hanging.hashed).doesNotContain("second");
    }
  }

  private static Passwords cheap(Argon2id implementation) {
    return passwords(implementation, 1024, 1, 2, LONG);
  }

  private static Passwords passwords(
      Argon2id implementation, int memoryKib, int iterations, int queueMax, Duration waitMax) {
    return new Passwords(
        new PasswordConfiguration(memoryKib, iterations, 1, queueMax, waitMax),
        implementation,
        new SimpleMeterRegistry());
  }

  /** Remembers the memory that was asked for, and computes nonsense. */
  private record Recording(AtomicInteger memoryKib) implements Argon2id {

    @Override
    public String description() {
      return "recording";
    }

    @Override
    public byte[] hash(byte[] password, byte[] salt, Argon2Cost cost, int length) {
      memoryKib.set(cost.memoryKib());
      return new byte[length];
    }
  }

  private static final class Unloadable implements Argon2id {

    @Override
    public String description() {
      return "unloadable";
    }

    @Override
    public byte[] hash(byte[] password, byte[] salt, Argon2Cost cost, int length) {
      throw new UnsatisfiedLinkError("no argon2 here");
    }
  }

  private static final class Hanging implements Argon2id {

    private final AtomicInteger started = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private final java.util.Set<String> hashed = java.util.concurrent.ConcurrentHashMap.newKeySet();
    private volatile boolean hangs;

    @Override
    public String description() {
      return "hanging";
    }

    @Override
    public byte[] hash(byte[] password, byte[] salt, Argon2Cost cost, int length) {
      hashed.add(new String(password, UTF_8));
      if (hangs) {
        started.incrementAndGet();
        try {
          end.await();
        } catch (InterruptedException interrupted) {
          throw new IllegalStateException(interrupted);
        }
      }
      return new byte[length];
    }
  }
}
