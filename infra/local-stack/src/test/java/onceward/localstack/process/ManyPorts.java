package onceward.localstack.process;

import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A JVM that takes a quarter of all ports, prints them in a line, and keeps them till its end. */
final class ManyPorts {

  static final int COUNT = 3_000;

  private ManyPorts() {}

  public static void main(String[] arguments) throws IOException {
    var ports = Stream.generate(Ports::free).limit(COUNT).map(String::valueOf);
    System.out.println(ports.collect(Collectors.joining(" ")));
    // Returns when the test has ended, however it ended.
    System.in.read();
  }
}
