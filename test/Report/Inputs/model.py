# What a program's locations name.
    y = rms_norm(x + r)  # <the first norm>
