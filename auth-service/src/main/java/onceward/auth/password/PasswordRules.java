package onceward.auth.password;

import com.nulabinc.zxcvbn.StandardDictionaries;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which passwords people may choose: none of the 30,000 that attackers try first, and none that is
 * made of what everybody knows about the person. Immutable, safe for use by many threads.
 */
@Singleton
public final class PasswordRules {

  /** What must remain of a password without the words that everybody knows. */
  private static final int REST_MIN = 8;

  private static final int WORD_MIN = 3;
  private static final String PRODUCT = "onceward";
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");
  private static final Pattern HALF_CHARACTER = Pattern.compile("\\p{Cs}");

  private final Set<String> common;

  PasswordRules() throws IOException {
    this.common = new HashSet<>(StandardDictionaries.PASSWORDS_LOADER.load().getFrequencies());
  }

  /**
   * Why a person may not have a password; empty if the person may.
   *
   * @param about what everybody knows about the person: login id, name, e-mail address
   */
  public Optional<String> refusal(String password, Collection<String> about) {
    if (HALF_CHARACTER.matcher(password).find()) {
      return Optional.of("must be text, and contains half a character");
    }
    var plain = password.toLowerCase(Locale.ROOT);
    if (common.contains(plain)) {
      return Optional.of("is among the passwords that are guessed first");
    }
    if (rest(plain, about).length() < REST_MIN) {
      return Optional.of(
          "must have %d characters besides your login id, your name, your e-mail address and the name of this service"
              .formatted(REST_MIN));
    }
    return Optional.empty();
  }

  private static String rest(String password, Collection<String> about) {
    var rest = password;
    for (var word :
        words(about).sorted(Comparator.comparingInt(String::length).reversed()).toList()) {
      rest = rest.replace(word, "");
    }
    return rest;
  }

  private static Stream<String> words(Collection<String> about) {
    return Stream.concat(Stream.of(PRODUCT), about.stream())
        .map(text -> text.toLowerCase(Locale.ROOT))
        .flatMap(text -> Stream.concat(Stream.of(text), BETWEEN_WORDS.splitAsStream(text)))
        .filter(word -> word.length() >= WORD_MIN);
  }
}
