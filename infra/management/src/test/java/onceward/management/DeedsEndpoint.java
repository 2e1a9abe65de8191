package onceward.management;

import io.micronaut.management.endpoint.annotation.Delete;
import io.micronaut.management.endpoint.annotation.Endpoint;
import io.micronaut.management.endpoint.annotation.Read;
import io.micronaut.management.endpoint.annotation.Selector;
import io.micronaut.management.endpoint.annotation.Write;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** An endpoint as a program adds one, which knows nothing of the door. */
@Endpoint(id = "deeds", defaultSensitive = true)
final class DeedsEndpoint {

  static final AtomicInteger DONE = new AtomicInteger();

  @Read
  Map<String, Object> all() {
    return Map.of("deeds", DONE.get());
  }

  @Write
  Map<String, Object> add(@Selector String name) {
    var by = AdmittedCaller.current().flatMap(AdmittedCaller::operator).orElse("nobody");
    return Map.of(name, DONE.incrementAndGet(), "by", by);
  }

  @Delete
  Map<String, Object> remove(@Selector String name) {
    return Map.of(name, DONE.incrementAndGet());
  }
}
