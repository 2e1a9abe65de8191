package onceward.management;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;

/** What a program has for its users. */
@Controller("/things")
final class ThingsController {

  @Get("/{id}")
  String show(String id) {
    return id;
  }

  @Post
  String add() {
    return "added";
  }
}
