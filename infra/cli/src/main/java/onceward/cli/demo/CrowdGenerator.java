package onceward.cli.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * Makes a crowd in which five of a hundred each try a login id, an e-mail address or a phone number
 * of somebody else, or type something invalid. The same seed makes the same crowd.
 */
final class CrowdGenerator {

  private static final int SHARE = 20;

  private static final List<UnaryOperator<Person>> MISTAKES =
      List.of(
          person -> person.withLoginId("x"),
          person -> person.withLoginId("has spaces " + person.loginId()),
          person -> person.withPassword("short"),
          person -> person.withName(" "),
          person -> person.withEmail("no-at-sign.example.com"),
          person -> person.withPhone("call me"));

  private final Random random;
  private final PersonGenerator generator;

  CrowdGenerator(long seed) {
    this.random = new Random(seed);
    this.generator = new PersonGenerator(random, seed);
  }

  /** With fewer than {@code 20} people, all of them are honest and careful. */
  Crowd generate(int people) {
    int share = people / SHARE;
    int sound = people - 4 * share;
    List<Person> all = new ArrayList<>();
    for (int i = 0; i < sound; i++) {
      all.add(generator.next());
    }
    addCopycats(all, 0, share, (person, victim) -> person.withLoginId(victim.loginId()));
    addCopycats(all, share, share, (person, victim) -> person.withEmail(victim.email()));
    addCopycats(all, 2 * share, share, (person, victim) -> person.withPhone(victim.phone()));
    for (int i = 0; i < share; i++) {
      all.add(MISTAKES.get(i % MISTAKES.size()).apply(generator.next()));
    }
    Collections.shuffle(all, random);
    return new Crowd(all, expected(sound, share));
  }

  /** Everybody has another victim, so that no conflict decides about another one. */
  private void addCopycats(
      List<Person> all, int firstVictim, int count, BinaryOperator<Person> copy) {
    for (int i = 0; i < count; i++) {
      all.add(copy.apply(generator.next(), all.get(firstVictim + i)));
    }
  }

  private static Map<Outcome, Integer> expected(int sound, int share) {
    Map<Outcome, Integer> expected = new EnumMap<>(Outcome.class);
    expected.put(Outcome.ACTIVE, sound);
    expected.put(Outcome.LOGIN_ID_TAKEN, share);
    expected.put(Outcome.EMAIL_TAKEN, share);
    expected.put(Outcome.PHONE_TAKEN, share);
    expected.put(Outcome.INVALID, share);
    return expected;
  }
}
