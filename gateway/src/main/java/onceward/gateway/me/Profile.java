package onceward.gateway.me;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** What user-service knows of the caller. Unknown fields are ignored. */
@Serdeable
record Profile(@Nullable String name, @Nullable String email, @Nullable String phone) {}
