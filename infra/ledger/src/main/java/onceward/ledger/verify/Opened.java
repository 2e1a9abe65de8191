package onceward.ledger.verify;

import java.util.ArrayList;
import java.util.List;

/** What a comparison has opened, closed together. For one thread. */
final class Opened implements AutoCloseable {

  private final List<AutoCloseable> resources = new ArrayList<>();

  <T extends AutoCloseable> T add(T resource) {
    resources.add(resource);
    return resource;
  }

  @Override
  public void close() {
    for (var resource : resources.reversed()) {
      try {
        resource.close();
      } catch (Exception ignored) {
        // Nothing was changed; temporary files stay at worst.
      }
    }
  }
}
