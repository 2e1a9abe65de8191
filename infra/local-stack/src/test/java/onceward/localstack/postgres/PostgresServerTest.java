package onceward.localstack.postgres;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PostgresServerTest {

  private static final int DATABASES = 8;

  /** As test classes do that run in parallel in one JVM. */
  @Test
  void databases_of_one_role_are_created_at_the_same_time(@TempDir Path directory) {
    try (PostgresServer server = PostgresServer.start(PostgresSettings.in(directory));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Void>> creations = new ArrayList<>();
      for (int i = 0; i < DATABASES; i++) {
        String name = "shop_" + i;
        creations.add(() -> {
          server.createDatabase(name, Role.named("shop"));
          return null;
        });
      }
      assertThatCode(
              () -> {
                for (Future<Void> creation : threads.invokeAll(creations)) {
                  creation.get();
                }
              })
          .doesNotThrowAnyException();
    }
  }
}
