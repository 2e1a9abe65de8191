package onceward.messaging.tests.killed;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.core.order.Ordered;
import jakarta.inject.Singleton;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import javax.sql.DataSource;

/** Sets the trap at connections and commits, where the library knows nothing of it. */
@Singleton
@Requires(property = "killed.topic")
final class TrappedConnections implements BeanCreatedEventListener<DataSource>, Ordered {

  private final Trap trap;

  TrappedConnections(Trap trap) {
    this.trap = trap;
  }

  /** Before Micronaut puts its own around the data source, which the transactions look through. */
  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  @Override
  public DataSource onCreated(BeanCreatedEvent<DataSource> created) {
    var dataSource = created.getBean();
    return proxy(
        DataSource.class,
        (_, method, arguments) ->
            method.getName().equals("getConnection")
                ? connection(dataSource, method, arguments)
                : call(dataSource, method, arguments));
  }

  private Object connection(DataSource dataSource, Method method, Object[] arguments)
      throws Throwable {
    if (Thread.currentThread().getName().startsWith("handle ")) {
      trap.comeTo(Point.POLLED);
    }
    var connection = call(dataSource, method, arguments);
    return proxy(
        Connection.class,
        (_, called, with) ->
            called.getName().equals("commit")
                ? commit(connection, called, with)
                : call(connection, called, with));
  }

  private Object commit(Object connection, Method method, Object[] arguments) throws Throwable {
    var withEffect = trap.takeEffect();
    if (withEffect) {
      trap.comeTo(Point.COMMITTING);
    }
    var result = call(connection, method, arguments);
    if (withEffect) {
      trap.comeTo(Point.COMMITTED);
    }
    return result;
  }

  private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    var loader = TrappedConnections.class.getClassLoader();
    return type.cast(Proxy.newProxyInstance(loader, new Class<?>[] {type}, handler));
  }
}
