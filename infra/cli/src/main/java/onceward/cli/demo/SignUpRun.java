package onceward.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Signs a crowd up, some at the same time, and waits until everybody has an outcome. */
record SignUpRun(SignUpClient client, int concurrency) {

  List<SignUpResult> run(List<Person> people, Progress progress) throws InterruptedException {
    Semaphore places = new Semaphore(concurrency);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<SignUpResult>> running = new ArrayList<>();
      for (Person person : people) {
        places.acquire();
        running.add(
            threads.submit(() -> {
              try {
                return client.signUp(person);
              } finally {
                places.release();
                progress.step();
              }
            }));
      }
      return results(running);
    }
  }

  private static List<SignUpResult> results(List<Future<SignUpResult>> running)
      throws InterruptedException {
    List<SignUpResult> results = new ArrayList<>();
    for (Future<SignUpResult> result : running) {
      try {
        results.add(result.get());
      } catch (ExecutionException e) {
        throw new IllegalStateException("A sign-up failed in the client.", e.getCause());
      }
    }
    return results;
  }
}
