# LMG in R: Rscript drivers.R ANSWERS.csv. One pass of cross-products (cov.wt), then every subset by solve(), as relaimpo does; and what one
# lm() over all rows takes, of which there would be 2^p. Prints one line of JSON for drivers.py.
path <- commandArgs(TRUE)[1]
d <- read.csv(path)
vars <- grep("^x", names(d), value = TRUE); p <- length(vars)
lmg <- function() {
  m <- cov.wt(d[c(vars, "y")], wt = d$weight / sum(d$weight), cor = TRUE)$cor
  X <- m[vars, vars]; r <- m[vars, "y"]
  r2 <- numeric(2^p); size <- integer(2^p)
  for (s in seq_len(2^p - 1)) { k <- which(bitwAnd(s, bitwShiftL(1L, 0:(p - 1))) > 0); size[s + 1] <- length(k); r2[s + 1] <- sum(r[k] * solve(X[k, k, drop = FALSE], r[k])) }
  share <- 1 / (choose(p, 0:(p - 1)) * (p - 0:(p - 1)))
  sapply(seq_len(p), function(v) { without <- which(bitwAnd(0:(2^p - 1), bitwShiftL(1L, v - 1L)) == 0); sum(share[size[without] + 1] * (r2[without + 2^(v - 1)] - r2[without])) })
}
cpu <- Inf
for (i in 1:3) { t <- system.time(found <- lmg()); cpu <- min(cpu, t[["user.self"]] + t[["sys.self"]]) }
one <- system.time(lm(reformulate(vars, "y"), d, weights = weight))
cat(sprintf('{"cpu": %.6f, "lm": %.6f, "lmg": [%s]}\n', cpu, one[["user.self"]] + one[["sys.self"]], paste(sprintf("%.15g", found), collapse = ", ")))
