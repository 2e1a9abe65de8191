package onceward.user.directory;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Locale;

/**
 * How the directory compares names: composed (NFC), without outer blanks, in capitals. Capitals,
 * because the small form of a letter may depend on the letters after it, which the beginning of a
 * name does not have.
 */
final class SearchName {

  private SearchName() {}

  /** The form in which a name, or the beginning of one, is compared. */
  static String of(String name) {
    return composed(composed(name).toUpperCase(Locale.ROOT));
  }

  /** A name, or the beginning of one, composed and without outer blanks. */
  static String composed(String name) {
    return Normalizer.normalize(name.strip(), Form.NFC);
  }
}
