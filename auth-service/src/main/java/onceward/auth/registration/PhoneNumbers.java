package onceward.auth.registration;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Value;
import io.micronaut.validation.validator.constraints.ConstraintValidator;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Reads phone numbers as people write them, and turns each into the one form E.164. A number
 * without a country code belongs to the default region ({@code auth.default-region}, an ISO 3166
 * code).
 */
@Factory
final class PhoneNumbers {

  private final PhoneNumberUtil library = PhoneNumberUtil.getInstance();
  private final String defaultRegion;

  PhoneNumbers(@Value("${auth.default-region:KR}") String defaultRegion) {
    if (!library.getSupportedRegions().contains(defaultRegion)) {
      throw new IllegalArgumentException(
          "auth.default-region is '%s': it must be a region of ISO 3166, e.g. KR"
              .formatted(defaultRegion));
    }
    this.defaultRegion = defaultRegion;
  }

  /** The number in E.164, e.g. {@code +821012345678}, or empty if the text is no phone number. */
  Optional<String> normalize(String text) {
    try {
      var number = library.parse(text, defaultRegion);
      return library.isValidNumber(number)
          ? Optional.of(library.format(number, PhoneNumberFormat.E164))
          : Optional.empty();
    } catch (NumberParseException _) {
      return Optional.empty();
    }
  }

  @Singleton
  ConstraintValidator<PhoneNumber, String> phoneNumberValidator() {
    return (text, annotation, context) ->
        text == null || text.isBlank() || normalize(text).isPresent();
  }
}
