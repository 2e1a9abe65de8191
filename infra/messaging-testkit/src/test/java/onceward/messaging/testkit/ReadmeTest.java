package onceward.messaging.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Goal: the example that users read is the one that runs. */
class ReadmeTest {

  private static final Path EXAMPLE =
      Path.of("src/test/java/onceward/messaging/testkit/ShippingTest.java");

  @Test
  void the_example_in_the_readme_is_a_test_of_this_module() throws Exception {
    var source = Files.readString(EXAMPLE);
    var begin = source.indexOf("// example\n") + "// example\n".length();
    var example = source.substring(begin, source.indexOf("// end")).strip();

    assertThat(example).startsWith("@MessagingTest").endsWith("}");
    assertThat(Files.readString(Path.of("README.md"))).contains(example);
  }
}
