package onceward.ledger.verify;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Something that stands still, so that what is under way behind it does not arrive by itself.
 * Immutable.
 *
 * @param subject which pipeline, consumer, program or slot
 * @param sentence why, or what is known of it
 * @param isLasting whether it stays so until an operator does something
 * @param remedy what to do about it, if it is known
 * @param page of the runbook, if there is one
 */
public record Stall(
    String subject,
    String sentence,
    boolean isLasting,
    Optional<String> remedy,
    Optional<String> page) {

  Map<String, Object> document() {
    var document = new LinkedHashMap<String, Object>();
    document.put("subject", subject);
    document.put("sentence", sentence);
    remedy.ifPresent(known -> document.put("remedy", known));
    page.ifPresent(known -> document.put("page", known));
    return document;
  }
}
