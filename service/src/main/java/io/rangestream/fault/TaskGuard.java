package io.rangestream.fault;

/**
 * Runs tasks so that a failure does not end the thread or the schedule that runs them. A failure is
 * logged, at most once a minute, and the next run takes place. A {@linkplain FatalErrors fatal
 * error} ends the process. Safe for many threads.
 */
public final class TaskGuard {
    private static final System.Logger LOGGER = System.getLogger(TaskGuard.class.getName());

    private final String name;
    private final RareWarning warning = new RareWarning(LOGGER);

    /** For tasks that the log calls {@code name}, for example "the engine's sweep". */
    public TaskGuard(String name) {
        this.name = name;
    }

    /** Runs a task; never throws. */
    public void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            failed(e);
        }
    }

    /** Wraps a task for a scheduler that cancels tasks which throw. */
    public Runnable guard(Runnable task) {
        return () -> run(task);
    }

    /** Logs the failure of a task, or ends the process if it is fatal. Never throws. */
    public void failed(Throwable thrown) {
        FatalErrors.check(thrown);
        try {
            warning.log(name + " failed but continues", thrown);
        } catch (Throwable e) {
            // A failure of the log must not end the task either.
            FatalErrors.check(e);
        }
    }
}
