package onceward.messaging.polling;

import org.jspecify.annotations.Nullable;

/**
 * The text that a consumer writes beside an offset that it commits. Immutable.
 *
 * @param service whose consumer it is; empty if that is not said
 * @param noted the offset that the service's database had noted by then as the next one, see {@link
 *     onceward.messaging.offsets.PartitionMemory}; null if that is not said. A database that knows
 *     of less was restored from before
 */
record CommitNote(String service, @Nullable Long noted) {

  private static final String SERVICE = "service=";
  private static final String NOTED = "noted=";
  private static final String AND = ";";

  /** Reads what {@link #text} wrote, or an older version; says nothing for any other text. */
  static CommitNote read(String text) {
    if (!text.startsWith(NOTED)) {
      return new CommitNote(serviceIn(text), null);
    }
    var end = text.indexOf(AND);
    var number = text.substring(NOTED.length(), end < 0 ? text.length() : end);
    return new CommitNote(
        end < 0 ? "" : serviceIn(text.substring(end + AND.length())),
        number.matches("[0-9]{1,18}") ? Long.valueOf(number) : null);
  }

  /** Whether a consumer wrote the text. Tools that move the offsets of a group write none. */
  static boolean isOfConsumer(String text) {
    return text.startsWith(NOTED) || text.startsWith(SERVICE);
  }

  private static String serviceIn(String text) {
    return text.startsWith(SERVICE) ? text.substring(SERVICE.length()) : "";
  }

  /**
   * The offset comes first: an older version takes a text that begins otherwise than with the name
   * of a service for its own.
   */
  String text() {
    var named = service.isEmpty() ? "" : SERVICE + service;
    if (noted == null) {
      return named;
    }
    return NOTED + noted + (named.isEmpty() ? "" : AND + named);
  }
}
