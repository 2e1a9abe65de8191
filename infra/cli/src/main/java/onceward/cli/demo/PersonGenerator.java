package onceward.cli.demo;

import java.util.HashSet;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import net.datafaker.Faker;

/** Makes people from Korea and Britain, no two of whom share a login id, an address or a number. */
final class PersonGenerator {

  private static final int TAG_BITS = 32;

  private final Random random;
  private final Faker korean;
  private final Faker english;
  private final String tag;
  private final Set<String> given = new HashSet<>();
  private int count;

  PersonGenerator(Random random, long seed) {
    this.random = random;
    this.korean = new Faker(Locale.KOREA, random);
    this.english = new Faker(Locale.UK, random);
    // Crowds of different seeds do not meet in the database.
    this.tag = Long.toString((seed ^ (seed >>> TAG_BITS)) & 0xffff_ffffL, 36);
  }

  Person next() {
    boolean isKorean = random.nextBoolean();
    String login = login();
    return new Person(
        login,
        password(),
        isKorean ? korean.name().fullName() : english.name().fullName(),
        login + "@example.com",
        unique(isKorean ? this::koreanMobile : this::britishMobile));
  }

  private String login() {
    count++;
    String first = english.name().firstName().toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    return first + "." + count + "." + tag;
  }

  private String password() {
    return english.letterify("????-????-????-????");
  }

  private String koreanMobile() {
    return "+8210%d%07d".formatted(random.nextInt(2, 5), random.nextInt(10_000_000));
  }

  private String britishMobile() {
    return "+447%d%08d".formatted(random.nextInt(1, 4), random.nextInt(100_000_000));
  }

  private String unique(Supplier<String> source) {
    String value = source.get();
    while (!given.add(value)) {
      value = source.get();
    }
    return value;
  }
}
