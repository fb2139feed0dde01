// Preloaded into a database server: fsync and fdatasync take the milliseconds written in the file named by
// FSYNC_DELAY_FILE, read at each call, and do nothing else. A disk that has no moods of its own, and no other users.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int delay(void) {
  const char *path = getenv("FSYNC_DELAY_FILE");
  FILE *file = path ? fopen(path, "r") : NULL;
  int ms = 0;
  if (!file) return 0;
  if (fscanf(file, "%d", &ms) == 1 && ms > 0) usleep((useconds_t)ms * 1000);
  fclose(file);
  return 0;
}

int fsync(int fd) {
  (void)fd;
  return delay();
}

int fdatasync(int fd) {
  (void)fd;
  return delay();
}
