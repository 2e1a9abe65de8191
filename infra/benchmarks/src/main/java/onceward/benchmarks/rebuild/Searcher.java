package onceward.benchmarks.rebuild;

import java.util.concurrent.ThreadLocalRandom;
import onceward.benchmarks.People;
import onceward.benchmarks.People.Somebody;

/** Somebody who has signed up, and looks for people through the gateway. Thread-safe. */
final class Searcher {

  private static final int PREFIXES = 0x1000;
  private static final int OK = 200;

  private final People people;
  private final Somebody somebody;
  private volatile String token = "";

  /** Signs somebody up, and waits until the account is active. */
  Searcher(String gatewayUrl) {
    people = new People(gatewayUrl);
    somebody = people.signUp();
    people.awaitActive(somebody);
  }

  /** Gets an access token, which holds for some minutes. */
  void logIn() {
    token = people.logIn(somebody);
  }

  /**
   * Looks for people whose name begins with three random hexadecimal digits.
   *
   * @return whether it was answered with people; there always are some
   */
  boolean search() {
    var prefix = "%03x".formatted(ThreadLocalRandom.current().nextInt(PREFIXES));
    try {
      var request =
          people
              .request("/v1/users?prefix=" + prefix)
              .header("Authorization", "Bearer " + token)
              .build();
      return !people.call(request, OK).path("users").isEmpty();
    } catch (IllegalStateException failed) {
      System.err.println("a search failed: " + failed);
      return false;
    }
  }
}
