package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.naming.NameUtils;
import java.io.IOException;
import java.lang.reflect.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Properties;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import onceward.relay.settings.KafkaConfiguration;
import onceward.relay.settings.PipelineConfiguration;
import org.junit.jupiter.api.Test;

/** The README lists every setting with the default that the code has. */
class SettingsTest {

  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z.-]+)` \\| ([^|]+?) \\| [^|]+ \\| [^|]+ \\|$");

  @Test
  void the_table_and_the_code_agree() throws Exception {
    var documented =
        rows().collect(Collectors.toMap(row -> row.group(1), row -> row.group(2).strip()));
    var bound =
        Stream.concat(
                settings(PipelineConfiguration.class, name -> name),
                settings(KafkaConfiguration.class, name -> "kafka." + name))
            .collect(Collectors.toMap(Setting::name, Setting::shown));
    bound.remove("name");

    assertThat(documented).containsAllEntriesOf(bound);
    assertThat(documented.keySet())
        .containsAll(bound.keySet())
        .hasSize(bound.size() + 6)
        .contains("management.operator-token-file", "management.reader-token-file");
    assertThat(documented.get("micronaut.server.port"))
        .isEqualTo("`%s`".formatted(program().getProperty("micronaut.server.port")));
  }

  private record Setting(String name, String shown) {}

  private static Stream<Setting> settings(Class<?> type, Function<String, String> naming) {
    return Arrays.stream(type.getDeclaredConstructors())
        .flatMap(constructor -> Arrays.stream(constructor.getParameters()))
        .map(parameter -> setting(parameter, naming));
  }

  private static Setting setting(Parameter parameter, Function<String, String> naming) {
    var name = NameUtils.hyphenate(parameter.getName());
    var bindable = parameter.getAnnotation(Bindable.class);
    // Derived from another one.
    var shown =
        "sslmode".equals(name)
            ? "`verify-full` with `sslrootcert`, else `prefer`"
            : bindable == null ? "none" : "`%s`".formatted(bindable.defaultValue());
    return new Setting(naming.apply(name), shown);
  }

  private static Stream<MatchResult> rows() throws IOException {
    return ROW.matcher(Files.readString(Path.of("README.md"))).results();
  }

  private static Properties program() throws IOException {
    var properties = new Properties();
    try (var file =
        Files.newInputStream(Path.of("src", "main", "resources", "application.properties"))) {
      properties.load(file);
    }
    return properties;
  }
}
