package onceward.messaging.deadletter.operations;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.transaction.TransactionOperations;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import onceward.messaging.deadletter.Actor;
import onceward.messaging.deadletter.ArchivedLetter;
import onceward.messaging.deadletter.ArchivedLetterRows;
import onceward.messaging.deadletter.CannotCloseException;
import onceward.messaging.deadletter.DeadLetterConfiguration;
import onceward.messaging.deadletter.DeadLetterOffice;
import onceward.messaging.deadletter.job.Jobs;
import onceward.messaging.operations.Audit;
import onceward.messaging.operations.Audit.Deed;
import onceward.messaging.operations.Audit.Entry;
import onceward.messaging.operations.Fields;
import onceward.messaging.restore.Restoring;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters on their way to a file and back, a page at a time. A page is read, and closed only
 * when the operator says that the file has it: so a letter is always in the database, in the file,
 * or in both. Every deed is audited.
 */
@Singleton
@Requires(beans = {Jobs.class, DeadLetterOffice.class})
final class ArchiveDesk {

  static final int PAGE_MAX = 100;

  private static final Set<String> OF_READ = ofRead();
  private static final Set<String> OF_CLOSE = Set.of("operator", "reason", "ids");
  private static final Set<String> OF_RESTORE = Set.of("operator", "reason", "letters", "dryRun");

  private final Jobs jobs;
  private final DeadLetterOffice office;
  private final ArchivedLetterRows archives;
  private final DeadLetterConfiguration configuration;
  private final TransactionOperations<Connection> transactions;
  private final Audit audit;
  private final Restoring restoring;

  ArchiveDesk(
      Jobs jobs,
      DeadLetterOffice office,
      ArchivedLetterRows archives,
      DeadLetterConfiguration configuration,
      TransactionOperations<Connection> transactions,
      Audit audit,
      Restoring restoring) {
    this.jobs = jobs;
    this.office = office;
    this.archives = archives;
    this.configuration = configuration;
    this.transactions = transactions;
    this.audit = audit;
    this.restoring = restoring;
  }

  private static Set<String> ofRead() {
    var names = new HashSet<>(LetterFields.SELECTION);
    names.addAll(List.of("operator", "reason", "dryRun", "after"));
    return Set.copyOf(names);
  }

  /** A page of letters with their content; nothing is closed. */
  Map<String, Object> read(Fields fields, @Nullable String header) {
    var entry = Entry.of("read for archive", JobDesk.subject(fields), "", fields, header);
    return audit.audited(
        entry,
        () -> {
          fields.allowing(OF_READ);
          var selection = LetterFields.selection(fields);
          if (fields.flag("dryRun")) {
            var groups = jobs.wouldTake(selection);
            var total = groups.values().stream().mapToLong(Long::longValue).sum();
            requireShown(total > 0);
            return new Deed<>(
                Map.<String, Object>of("total", total, "groups", groups),
                "would archive %d letters".formatted(total));
          }
          var ids = jobs.chosen(selection, fields.id("after"), PAGE_MAX);
          requireShown(!ids.isEmpty());
          var contents = transactions.executeRead(_ -> archives.contents(ids));
          return new Deed<>(
              Map.<String, Object>of(
                  "letters", contents.stream().map(ArchiveDesk::report).toList()),
              "%d payloads were read".formatted(contents.size()));
        });
  }

  /** Closes the letters that the file has. */
  Map<String, Object> close(Fields fields, @Nullable String header) {
    var entry = Entry.of("archive", "letters of a page", "", fields, header);
    return audit.audited(
        entry,
        () -> {
          fields.allowing(OF_CLOSE);
          if (restoring.isOn()) {
            // What waits behind the letter would be decided, as with a retry.
            throw new HttpStatusException(HttpStatus.CONFLICT, restoring.reason());
          }
          var actor = actor(fields, header);
          var archived = new ArrayList<UUID>();
          var refused = new LinkedHashMap<String, Object>();
          var becameLetters = 0;
          for (var id : fields.ids("ids", PAGE_MAX)) {
            try {
              var closed = office.archive(id, actor);
              archived.add(closed.letter());
              becameLetters += closed.becameLetters();
            } catch (CannotCloseException notThis) {
              refused.put(id.toString(), String.valueOf(notThis.getMessage()));
            }
          }
          return new Deed<>(
              Map.<String, Object>of(
                  "archived", archived, "refused", refused, "becameLetters", becameLetters),
              "%d letters, %d refused, %d messages behind them became letters"
                  .formatted(archived.size(), refused.size(), becameLetters));
        });
  }

  /** Opens letters again, with the content from the file. */
  Map<String, Object> restore(Fields fields, @Nullable String header) {
    var entry = Entry.of("restore", "letters of a page", "", fields, header);
    return audit.audited(
        entry,
        () -> {
          fields.allowing(OF_RESTORE);
          var letters =
              fields.objects("letters", PAGE_MAX).stream().map(ArchiveDesk::letter).toList();
          if (fields.flag("dryRun")) {
            return new Deed<>(
                Map.<String, Object>of("total", letters.size()),
                "would restore up to %d letters".formatted(letters.size()));
          }
          var actor = actor(fields, header);
          var restored = new ArrayList<UUID>();
          var passedOver = new ArrayList<UUID>();
          for (var letter : letters) {
            (office.restore(letter, actor) ? restored : passedOver).add(letter.id());
          }
          return new Deed<>(
              Map.<String, Object>of("restored", restored, "passedOver", passedOver),
              "%d letters, %d were not archived".formatted(restored.size(), passedOver.size()));
        });
  }

  /** Several services may be asked at once: one that has none of the letters need show nothing. */
  private void requireShown(boolean hasLetters) {
    if (hasLetters && !configuration.showPayload()) {
      throw new HttpStatusException(
          HttpStatus.FORBIDDEN,
          "payloads are not written to an archive: the service runs without messaging.dead-letters.show-payload=true");
    }
  }

  private static Actor actor(Fields fields, @Nullable String header) {
    var reason = fields.text("reason");
    if (reason == null) {
      throw new IllegalArgumentException("a reason is required to archive or restore letters");
    }
    return Actor.operator(fields.operator(header), reason);
  }

  private static Map<String, Object> report(ArchivedLetter letter) {
    var report = new LinkedHashMap<String, Object>();
    report.put("id", letter.id());
    report.put("value", letter.value());
    report.put("editedValue", letter.editedValue());
    report.put("headerNames", letter.headerNames());
    report.put("headerValues", letter.headerValues());
    report.put("stackTrace", letter.stackTrace());
    return LetterReport.withoutNulls(report);
  }

  private static ArchivedLetter letter(Fields fields) {
    var id = fields.id("id");
    if (id == null) {
      throw new IllegalArgumentException("a letter of the archive has no id");
    }
    return new ArchivedLetter(
        id,
        fields.content("value"),
        fields.content("editedValue"),
        fields.contents("headerNames").stream().map(String::valueOf).toList(),
        fields.contents("headerValues"),
        fields.content("stackTrace"));
  }
}
