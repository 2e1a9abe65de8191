package onceward.gateway.me;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** {@code GET /v1/me}: asks both services at once, and composes their answers. */
@Controller("/v1/me")
final class MeController {
  private final MeUpstreams upstreams;

  MeController(MeUpstreams upstreams) {
    this.upstreams = upstreams;
  }

  @Get
  Publisher<Me> me(HttpRequest<?> request) {
    return Mono.zip(upstreams.account(request), upstreams.profile(request), Me::of);
  }
}
