package onceward.benchmarks.door;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import onceward.benchmarks.Figures;
import onceward.benchmarks.Positive;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Method: people who have signed up call {@code GET /v1/me} at a constant rate, first alone, then
 * while others attack, each from one of many addresses. Before each attack the same is measured
 * without it, so that both see the same machine. The stack, the callers and the attackers share the
 * machine, and the gateway has the limits that it has in a local stack.
 */
@Command(
    name = "gateway",
    description = "Measures how ordinary calls are answered while others attack the gateway.",
    mixinStandardHelpOptions = true)
public final class GatewayBenchmark implements Callable<Integer> {

  private static final String LOGINS = "logins";
  private static final Duration TO_BEGIN = Duration.ofSeconds(5);
  private static final Duration TO_END = Duration.ofSeconds(3);
  private static final int WARM_UP_S = 20;
  private static final double NANOS_IN_S = 1e9;

  @Option(
      names = "--rate",
      defaultValue = "50",
      converter = Positive.class,
      description = "Ordinary calls per second (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      converter = Positive.class,
      description = "Seconds of each measurement (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--people",
      defaultValue = "50",
      converter = Positive.class,
      description = "People who have signed up (default: ${DEFAULT-VALUE}).")
  private int people;

  @Option(
      names = "--addresses",
      defaultValue = "100",
      converter = Positive.class,
      description = "Addresses that the attackers share (default: ${DEFAULT-VALUE}).")
  private int addresses;

  @Option(
      names = "--dribble",
      defaultValue = "2000",
      description =
          "Attackers who send their request one byte a second; 0 for none (default: ${DEFAULT-VALUE}).")
  private int dribble;

  @Option(
      names = "--waits",
      defaultValue = "2000",
      description =
          "Callers who wait 30 s for a sign-up that does not end; 0 for none (default: ${DEFAULT-VALUE}).")
  private int waits;

  @Option(
      names = "--slow-readers",
      defaultValue = "500",
      description =
          "Attackers who do not read what they ask for; 0 for none (default: ${DEFAULT-VALUE}).")
  private int slowReaders;

  @Option(
      names = "--logins",
      defaultValue = "300",
      description =
          "Logins per second, half of them with a wrong password; 0 for none (default: ${DEFAULT-VALUE}).")
  private int logins;

  @Mixin private final Figures figures = new Figures();

  @Override
  public Integer call() throws IOException, InterruptedException {
    var entries = new ArrayList<Map<String, Object>>();
    try (var door = Door.open()) {
      door.invite(people);
      var attackers = new Addresses(addresses);
      ordinaryCalls(door, WARM_UP_S);
      attack(Attack.DRIBBLE, dribble, door, attackers, entries);
      attack(Attack.WAITS, waits, door, attackers, entries);
      attack(Attack.SLOW_READERS, slowReaders, door, attackers, entries);
      login(door, attackers, entries);
    }
    figures
        .add("ratePerSecond", rate)
        .add("seconds", seconds)
        .add("people", people)
        .add("addresses", addresses)
        .addAll("attacks", entries);
    figures.print("gateway");
    return entries.stream().allMatch(entry -> Boolean.TRUE.equals(entry.get("answeredAll")))
        ? 0
        : 1;
  }

  private void attack(
      Attack attack, int count, Door door, Addresses from, List<Map<String, Object>> entries)
      throws InterruptedException {
    if (count == 0) {
      return;
    }
    var quiet = ordinaryCalls(door, seconds);
    var pendingAccount = attack == Attack.WAITS ? door.pendingAccount() : "";
    Measured attacked;
    Map<String, Long> ends;
    try (var attackers = Attackers.of(count, attack, door, from, pendingAccount)) {
      Thread.sleep(TO_BEGIN);
      attacked = ordinaryCalls(door, seconds);
      ends = attackers.ends();
    }
    if (attack == Attack.WAITS) {
      door.publishAgain();
    }
    entries.add(told(entry(count + " " + attack.text(), quiet, attacked), ends));
    Thread.sleep(TO_END);
  }

  private void login(Door door, Addresses from, List<Map<String, Object>> entries)
      throws InterruptedException {
    if (logins == 0) {
      return;
    }
    var quiet = ordinaryCalls(door, seconds);
    var guesses = new ArrayList<Tally>();
    var flood =
        Thread.ofPlatform()
            .name(LOGINS)
            .start(() ->
                guesses.add(
                    Calls.make(
                        logins,
                        seconds + Math.toIntExact(TO_BEGIN.toSeconds()),
                        i -> new Calls.Call(from.client(i), guess(door, i)))));
    Thread.sleep(TO_BEGIN);
    var attacked = ordinaryCalls(door, seconds);
    flood.join();
    var entry = entry(logins + " " + LOGINS + "/s", quiet, attacked);
    entry.put("loginP99Ms", Math.round(guesses.getFirst().ms(99)));
    entry.put("loginMaxMs", Math.round(guesses.getFirst().ms(100)));
    entries.add(told(entry, guesses.getFirst().ends()));
  }

  /** Half of them right, the other half of people who do not exist. */
  private static HttpRequest guess(Door door, int number) {
    var guests = door.guests();
    return number % 2 == 0
        ? door.people().login(guests.get(number / 2 % guests.size()).loginId(), true)
        : door.people().login("nobody" + number, false);
  }

  /**
   * What ordinary calls saw.
   *
   * @param processors how many each program used meanwhile, and the benchmark itself
   */
  private record Measured(Tally calls, Map<String, Double> processors) {}

  private Measured ordinaryCalls(Door door, int during) {
    var before = door.processorSeconds();
    var start = System.nanoTime();
    var calls = callsOfPeople(door, during);
    var seconds = (System.nanoTime() - start) / NANOS_IN_S;
    var processors = door.processorSeconds();
    processors.replaceAll(
        (program, after) -> hundredths((after - before.getOrDefault(program, 0.0)) / seconds));
    return new Measured(calls, processors);
  }

  private Tally callsOfPeople(Door door, int during) {
    var caller = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    var guests = door.guests();
    return Calls.make(
        rate,
        during,
        i ->
            new Calls.Call(
                caller,
                door.people()
                    .request("/v1/me")
                    .header(
                        "Authorization", "Bearer " + guests.get(i % guests.size()).accessToken())
                    .build()));
  }

  private static Map<String, Object> entry(String name, Measured before, Measured during) {
    var quiet = before.calls();
    var attacked = during.calls();
    var entry = new LinkedHashMap<String, Object>();
    entry.put("name", name);
    entry.put("quietP50Ms", tenths(quiet.ms(50)));
    entry.put("quietP99Ms", tenths(quiet.ms(99)));
    entry.put("p50Ms", tenths(attacked.ms(50)));
    entry.put("p99Ms", tenths(attacked.ms(99)));
    entry.put("p99Times", tenths(attacked.ms(99) / quiet.ms(99)));
    entry.put("maxMs", tenths(attacked.ms(100)));
    entry.put("quietProcessors", before.processors().toString());
    entry.put("processors", during.processors().toString());
    entry.put("answers", attacked.ends().toString());
    entry.put("answeredAll", attacked.ends().keySet().equals(Set.of("200")));
    return entry;
  }

  private static Map<String, Object> told(Map<String, Object> entry, Map<String, Long> attackers) {
    entry.put("attackersGot", attackers.toString());
    System.err.println(entry);
    return entry;
  }

  private static double hundredths(double value) {
    return Math.round(value * 100) / 100.0;
  }

  private static double tenths(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
