package onceward.cli.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** A file of dead letters, one a line, as JSON. */
final class ArchiveFile implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileChannel channel;

  private ArchiveFile(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Opens the file to add letters; begins a new line, for a command that was killed may not have.
   */
  static ArchiveFile append(Path file) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    var archive = new ArchiveFile(channel);
    if (channel.size() > 0) {
      archive.write("\n");
    }
    return archive;
  }

  /** Adds the letters, and returns when the disk has them. */
  void write(JsonNode letters) throws IOException {
    var lines = new StringBuilder();
    letters.forEach(letter -> lines.append(letter).append('\n'));
    write(lines.toString());
    channel.force(true);
  }

  private void write(String text) throws IOException {
    var bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** The letters of a file. A line that was cut off is passed over: its letter was not closed. */
  static List<JsonNode> read(Path file) throws IOException {
    try (var lines = Files.lines(file)) {
      return lines.filter(line -> !line.isBlank()).flatMap(line -> letter(line).stream()).toList();
    }
  }

  private static Optional<JsonNode> letter(String line) {
    try {
      return Optional.of(JSON.readTree(line));
    } catch (JsonProcessingException cutOff) {
      System.err.println("passes over a line that is no JSON: the command was killed there");
      return Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
