package onceward.localstack;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import onceward.localstack.process.PrivateFiles;
import onceward.localstack.process.StackException;

/** {@code stack.json}: the record of a stack and its processes. Thread-safe within one JVM. */
final class StackFile {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .addModule(
              new SimpleModule()
                  .addSerializer(Instant.class, ToStringSerializer.instance)
                  .addDeserializer(Instant.class, new InstantReader()))
          .build();

  /** Shared by all instances, because a change reads the file and writes it again. */
  private static final ReentrantLock CHANGING = new ReentrantLock();

  private final Path path;

  StackFile(Path path) {
    this.path = path;
  }

  Optional<StackState> read() {
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(path), StackState.class));
    } catch (NoSuchFileException nothingRuns) {
      return Optional.empty();
    } catch (JacksonException e) {
      throw new StackException(
          path
              + " is damaged and cannot be read: end the processes of the stack and delete this file.",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(StackState state) {
    try {
      PrivateFiles.write(path, JSON.writeValueAsString(state) + "\n");
    } catch (JacksonException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Changes the record.
   *
   * @return false when there is no record any more; then nothing is written
   */
  boolean update(UnaryOperator<StackState> change) {
    return update(state -> true, change);
  }

  /**
   * Records a process that was started.
   *
   * @return false when there is no record any more, or a command stops the stack, which does not
   *     look for more processes: the caller has to end the process
   */
  boolean record(UnaryOperator<StackState> change) {
    return update(state -> !state.stopping(), change);
  }

  private boolean update(Predicate<StackState> condition, UnaryOperator<StackState> change) {
    CHANGING.lock();
    try {
      Optional<StackState> state = read().filter(condition);
      state.map(change).ifPresent(this::write);
      return state.isPresent();
    } finally {
      CHANGING.unlock();
    }
  }

  /** After a change that is under way, which would write the record again. */
  void delete() {
    CHANGING.lock();
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      CHANGING.unlock();
    }
  }

  private static final class InstantReader extends FromStringDeserializer<Instant> {

    private static final long serialVersionUID = 1L;

    InstantReader() {
      super(Instant.class);
    }

    @Override
    protected Instant _deserialize(String value, DeserializationContext context) {
      return Instant.parse(value);
    }
  }
}
