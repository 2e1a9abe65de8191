package onceward.gateway.me;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/** The caller's profile, as user-service answers it. Unknown fields are ignored. */
@Serdeable
record Profile(@Nullable String name, @Nullable String email, @Nullable String phone) {}
