package onceward.auth.password;

/**
 * What one Argon2id hash costs.
 *
 * @param memoryKib memory, in KiB
 * @param iterations passes over that memory
 * @param lanes parts of the memory that could be filled in parallel
 */
record Argon2Cost(int memoryKib, int iterations, int lanes) {}
