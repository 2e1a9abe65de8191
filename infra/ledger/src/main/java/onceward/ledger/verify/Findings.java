package onceward.ledger.verify;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import onceward.ledger.source.Ids;
import org.jspecify.annotations.Nullable;

/** Collects what is found: counts all and keeps a few. For one thread. */
final class Findings {

  private record Where(Kind kind, String subject) {}

  private final Map<Where, Some> found = new HashMap<>();
  private final int examplesMax;

  Findings(int examplesMax) {
    this.examplesMax = examplesMax;
  }

  void add(Kind kind, String subject, @Nullable UUID id, String detail) {
    found.computeIfAbsent(new Where(kind, subject), _ -> new Some()).add(id, detail);
  }

  long count(Kind kind, String subject) {
    var some = found.get(new Where(kind, subject));
    return some == null ? 0 : some.count;
  }

  /** Takes back all of that kind; how many they were. */
  long withdraw(Kind kind, String subject) {
    var some = found.remove(new Where(kind, subject));
    return some == null ? 0 : some.count;
  }

  /** The ids of all examples. */
  Set<UUID> ids() {
    var ids = new HashSet<UUID>();
    found.values().stream()
        .map(some -> some.examples)
        .flatMap(Collection::stream)
        .forEach(example -> example.messageId().ifPresent(ids::add));
    return ids;
  }

  /** The worst first; each message in words, where somebody has some. */
  List<Finding> list(Function<UUID, Optional<String>> words) {
    return found.entrySet().stream()
        .map(entry -> entry.getValue().finding(entry.getKey(), words))
        .sorted(Comparator.comparing(Finding::kind).thenComparing(Finding::subject))
        .toList();
  }

  private final class Some {

    private final List<Finding.Example> examples = new ArrayList<>();
    private long count;
    private @Nullable Instant oldest;

    void add(@Nullable UUID id, String detail) {
      count++;
      if (examples.size() < examplesMax) {
        examples.add(new Finding.Example(Optional.ofNullable(id), Optional.empty(), detail));
      }
      if (id != null) {
        Ids.time(id)
            .ifPresent(time -> {
              if (oldest == null || time.isBefore(oldest)) {
                oldest = time;
              }
            });
      }
    }

    Finding finding(Where where, Function<UUID, Optional<String>> words) {
      return new Finding(
          where.kind,
          where.subject,
          count,
          Optional.ofNullable(oldest),
          examples.stream()
              .map(example ->
                  example.messageId().flatMap(words).map(example::describedAs).orElse(example))
              .toList());
    }
  }
}
