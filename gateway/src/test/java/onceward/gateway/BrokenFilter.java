package onceward.gateway;

import io.micronaut.core.order.Ordered;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;

/** A fault of our own, with a message nobody outside may read. */
@ServerFilter(BrokenFilter.PATH)
final class BrokenFilter implements Ordered {
  static final String PATH = "/v1/accounts/broken";

  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }

  @RequestFilter
  void fail() {
    throw new IllegalStateException("java.lang secret of io.micronaut");
  }
}
