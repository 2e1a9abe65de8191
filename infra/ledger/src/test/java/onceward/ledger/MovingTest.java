package onceward.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import onceward.ledger.source.Scope;
import onceward.ledger.verify.Finding;
import onceward.ledger.verify.Kind;
import onceward.ledger.verify.Verdict;
import org.junit.jupiter.api.Test;

/** Goal: what is only under way while a comparison runs is not taken for a fault. */
final class MovingTest {

  private static final int COMPARISONS = 8;
  private static final Set<Kind> EXPECTED = EnumSet.of(Kind.NOT_HANDLED_YET);

  /**
   * Method: one thread appends, publishes, confirms, handles and commits the offset, one message
   * after the other and in this order; it waits for nobody. Another one compares again and again.
   */
  @Test
  void messages_that_move_while_they_are_compared_raise_no_alarm() throws Exception {
    try (var shop = new Shop();
        var mover = Executors.newSingleThreadExecutor()) {
      var ended = new AtomicBoolean();
      var moved = mover.submit(() -> move(shop, ended));
      try {
        for (var number = 0; number < COMPARISONS; number++) {
          var verdict = shop.verify(Shop.scope(Set.of(shop.topic), Scope.PATIENCE), false);
          assertThat(unexpected(verdict)).as("comparison %d", number).isEmpty();
        }
      } finally {
        ended.set(true);
      }
      assertThat(moved.get()).isGreaterThan(COMPARISONS);
      var atRest = shop.verify();
      assertThat(atRest.findings()).isEmpty();
      assertThat(atRest.topics().getFirst().appended()).isEqualTo(moved.get());
    }
  }

  private static long move(Shop shop, AtomicBoolean ended) throws Exception {
    var count = 0L;
    while (!ended.get()) {
      var message = shop.append("key-" + count % 7, count / 7 + 1);
      shop.publish(message);
      shop.confirm();
      shop.handle(message);
      shop.commitOffset(++count);
    }
    return count;
  }

  private static List<Finding> unexpected(Verdict verdict) {
    return verdict.findings().stream()
        .filter(finding -> !EXPECTED.contains(finding.kind()))
        .toList();
  }
}
