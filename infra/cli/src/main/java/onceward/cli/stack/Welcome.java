package onceward.cli.stack;

import java.util.Locale;
import java.util.stream.Collectors;
import onceward.localstack.LocalStack;

/** What to print when the stack is ready: addresses, commands to try, how to stop. */
record Welcome(LocalStack stack) {

  private static final double GIB = 1024.0 * 1024 * 1024;

  void print(boolean detached) {
    stack
        .memoryBytes()
        .ifPresent(
            bytes -> System.out.printf(Locale.ROOT, "Memory in use: %.2f GiB.%n", bytes / GIB));
    System.out.println();
    System.out.print(programs());
    System.out.println();
    System.out.print(tryIt());
    System.out.println(stopIt(stack, detached));
    System.out.flush();
  }

  /** How to stop the stack. */
  static String stopIt(LocalStack stack, boolean detached) {
    String down = stack.commands().of("down");
    return detached
        ? "The stack keeps running. Stop it with: " + down
        : "Stop the stack with Ctrl-C, or from another terminal with: " + down;
  }

  private String programs() {
    return stack.programs().stream()
        .map(p -> "  %-13s %s   log %s%n".formatted(p.name(), p.url(), p.log()))
        .collect(Collectors.joining());
  }

  private String tryIt() {
    return """
    Sign up:
      curl -i %1$s/v1/accounts -H 'Content-Type: application/json' -d '%2$s'
    Ask how it ended (put the accountId in place of ACCOUNT_ID):
      curl -i %1$s/v1/accounts/ACCOUNT_ID -H 'Prefer: wait=10'

    """
        .formatted(stack.program("gateway").url(), EXAMPLE);
  }

  private static final String EXAMPLE =
      """
      {"loginId":"ada","password":"correct horse battery","name":"Ada Lovelace",\
      "email":"ada@example.com","phone":"+821023456789"}\
      """;
}
