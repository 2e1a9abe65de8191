package onceward.auth.registration;

import io.micronaut.context.annotation.Factory;
import io.micronaut.validation.validator.constraints.ConstraintValidator;
import jakarta.inject.Singleton;
import java.net.IDN;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads e-mail addresses, and turns each into one form: Unicode NFC and lower case, the domain in
 * the ASCII form of internationalised names. So two spellings of one address are one text.
 */
@Factory
final class EmailAddresses {

  private static final int CHARACTERS_MAX = 254;
  private static final int LOCAL_CHARACTERS_MAX = 64;

  /** A dot-atom (RFC 5322) with letters, marks and digits of every language (RFC 6531). */
  private static final Pattern LOCAL =
      Pattern.compile(
          "[\\p{L}\\p{M}\\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\\.[\\p{L}\\p{M}\\p{N}!#$%&'*+/=?^_`{|}~-]+)*");

  /** Two or more labels, the last of them no number: an address of a host is none of a person. */
  private static final Pattern DOMAIN =
      Pattern.compile(
          "(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?");

  /** The address in its one form, or empty if the text is no e-mail address. */
  static Optional<String> normalize(String text) {
    var plain = Normalizer.normalize(text.strip(), Form.NFC).toLowerCase(Locale.ROOT);
    var at = plain.lastIndexOf('@');
    // Length first: the patterns take a part of the stack for each label.
    if (plain.length() > CHARACTERS_MAX || at < 1 || at > LOCAL_CHARACTERS_MAX) {
      return Optional.empty();
    }
    // Lower case can decompose a letter: İ becomes i and a dot above.
    var local = Normalizer.normalize(plain.substring(0, at), Form.NFC);
    return ascii(plain.substring(at + 1))
        .filter(domain -> LOCAL.matcher(local).matches() && DOMAIN.matcher(domain).matches())
        .map(domain -> local + "@" + domain)
        .filter(address -> address.length() <= CHARACTERS_MAX);
  }

  private static Optional<String> ascii(String domain) {
    try {
      return Optional.of(IDN.toASCII(domain, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException | IndexOutOfBoundsException noName) {
      return Optional.empty();
    }
  }

  @Singleton
  ConstraintValidator<EmailAddress, String> emailAddressValidator() {
    return (text, annotation, context) ->
        text == null || text.isBlank() || normalize(text).isPresent();
  }
}
