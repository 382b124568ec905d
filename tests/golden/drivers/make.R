# Golden numbers for drivers, without any code of citx: R 4.2, base packages only.
# LMG is the mean over all p! orders of what each predictor adds to R squared of lm(weights=).
#   Rscript make.R     writes data.csv and expected.csv beside itself
set.seed(20261123)
orders <- function(v) if (length(v) <= 1) list(v) else do.call(c, lapply(seq_along(v), function(i) lapply(orders(v[-i]), function(o) c(v[i], o))))
r2 <- function(d, vars, w) if (length(vars) == 0) 0 else summary(lm(reformulate(vars, "y"), data = d, weights = w))$r.squared
average <- function(fit, vars) {
  known <- new.env(); lmg <- setNames(numeric(length(vars)), vars); all <- orders(vars)
  cached <- function(v) { k <- paste(c("s", sort(v)), collapse = " "); if (is.null(known[[k]])) known[[k]] <- fit(v); known[[k]] }
  for (o in all) for (i in seq_along(o)) lmg[o[i]] <- lmg[o[i]] + cached(o[seq_len(i)]) - cached(o[seq_len(i - 1)])
  lmg / length(all)
}
importance <- function(d, vars, w) {
  fit <- function(v) r2(d, v, w)
  m <- cov.wt(d[c(vars, "y")], wt = w / sum(w), cor = TRUE, method = "ML")$cor
  p <- length(vars); X <- m[1:p, 1:p]; r <- m[1:p, p + 1]
  beta <- solve(X, r)
  e <- eigen(X); L <- e$vectors %*% diag(sqrt(e$values)) %*% t(e$vectors)
  data.frame(driver = vars, r_squared = fit(vars), lmg = average(fit, vars), relative_weight = as.vector(L^2 %*% (solve(L, r)^2)),
             first = sapply(vars, fit), last = sapply(vars, function(v) fit(vars) - fit(setdiff(vars, v))),
             pratt = beta * r, beta = beta, vif = diag(solve(X)), correlation = r)
}
# From a matrix of pairwise weighted correlations: R squared of a subset is r' X^-1 r.
pairwise <- function(d, vars, w) {
  all <- c(vars, "y"); m <- diag(length(all)); dimnames(m) <- list(all, all)
  for (a in all) for (b in all) if (a != b) { k <- !is.na(d[[a]]) & !is.na(d[[b]]); m[a, b] <- cov.wt(d[k, c(a, b)], wt = w[k] / sum(w[k]), cor = TRUE)$cor[1, 2] }
  fit <- function(v) if (length(v) == 0) 0 else drop(m["y", v] %*% solve(m[v, v], m[v, "y"]))
  X <- m[vars, vars]; r <- m[vars, "y"]; beta <- solve(X, r); e <- eigen(X); L <- e$vectors %*% diag(sqrt(e$values)) %*% t(e$vectors)
  data.frame(driver = vars, r_squared = fit(vars), lmg = average(fit, vars), relative_weight = as.vector(L^2 %*% (solve(L, r)^2)), first = sapply(vars, fit),
             last = sapply(vars, function(v) fit(vars) - fit(setdiff(vars, v))), pratt = beta * r, beta = beta, vif = diag(solve(X)), correlation = r)
}
# A missing driver is its weighted mean, and its indicator enters with it.
indicator <- function(d, vars, w) {
  k <- !is.na(d$y); d <- d[k, ]; w <- w[k]
  for (v in vars) { gone <- is.na(d[[v]]); d[[v]][gone] <- weighted.mean(d[[v]][!gone], w[!gone]); d[[paste0("no", v)]] <- as.numeric(gone) }
  block <- function(v) unlist(lapply(v, function(x) if (var(d[[paste0("no", x)]]) > 0) c(x, paste0("no", x)) else x))
  fit <- function(v) r2(d, block(v), w)
  data.frame(driver = vars, r_squared = fit(vars), lmg = average(fit, vars), relative_weight = NA, first = sapply(vars, fit),
             last = sapply(vars, function(v) fit(vars) - fit(setdiff(vars, v))), pratt = NA, beta = NA, vif = NA, correlation = NA)
}
data <- NULL; expected <- NULL
for (case in 1:12) {
  p <- 2 + case %% 5; n <- 20 + 13 * case
  common <- rnorm(n)
  x <- sapply(seq_len(p), function(i) pmin(5, pmax(1, round(3 + 0.7 * common + rnorm(n)))))
  y <- pmin(5, pmax(1, round(0.5 + x %*% runif(p) / p * 2 + rnorm(n))))
  w <- if (case %% 3 == 0) rep(1, n) else round(exp(rnorm(n, 0, 0.8)), 6)
  d <- data.frame(x); names(d) <- paste0("x", seq_len(p)); d$y <- as.vector(y)
  if (case > 6) for (v in names(d)) d[sample(n, 3), v] <- NA
  full <- complete.cases(d)
  vars <- paste0("x", seq_len(p))
  expected <- rbind(expected, cbind(case = case, missing = "listwise", n = sum(full), importance(d[full, ], vars, w[full])))
  if (case > 6) {
    expected <- rbind(expected, cbind(case = case, missing = "pairwise", n = sum(!is.na(d$y)), pairwise(d, vars, w)))
    expected <- rbind(expected, cbind(case = case, missing = "indicator", n = sum(!is.na(d$y)), indicator(d, vars, w)))
  }
  whole <- d; for (i in (p + 1):7) whole[[paste0("x", i)]] <- NA
  data <- rbind(data, cbind(case = case, weight = w, whole[c(paste0("x", 1:6), "y")]))
}
swiss2 <- swiss; names(swiss2)[1] <- "y"
expected <- rbind(expected, cbind(case = 0, missing = "listwise", n = 47, importance(swiss2, names(swiss2)[-1], rep(1, 47))))
write.csv(data, na = "", "data.csv", row.names = FALSE, quote = FALSE)
write.csv(expected, na = "", "expected.csv", row.names = FALSE, quote = FALSE)
write.csv(swiss, "swiss.csv", row.names = FALSE, quote = FALSE)
