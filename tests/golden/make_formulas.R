# Designs by R itself: `model.matrix` of each formula below, written to formulas.json beside this file.
#
#   Rscript tests/golden/make_formulas.R          (R 4.2.2, packages stats and splines, from Debian 12: r-base-core)
#
# A formula is given as elltwo writes it, and after ` ## ` as R writes it where that is another text. Columns are in R's
# order, without the intercept. Stored are the values on some rows of the data, and over all rows the sum and the sum
# of squares weighted by the position (1, 2, ...); `terms` are R's labels, `assign` the term of each column, from 1.

library(splines)
Sys.setlocale("LC_COLLATE", "C")
options(contrasts = c("contr.treatment", "contr.poly"), warn = 1)

here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
read <- function(name) {
  read.csv(file.path(here, "..", "..", "data", name), na.strings = c("", "NA", "NaN", "?"), stringsAsFactors = TRUE,
           check.names = FALSE)
}

# What elltwo has and R has not, or calls otherwise.
center <- function(x) x - mean(x)
pow <- function(x, k) x^k
bin <- function(x, edges) cut(x, c(-Inf, edges, Inf))
C <- function(object, ...) stats::C(if (is.factor(object)) object else factor(object), ...)
raw <- function(x, d) poly(x, d, raw = TRUE)

i <- 0:47
sets <- list(
  penguins = read("penguins.csv"),
  auto_mpg = read("auto_mpg.csv"),
  wine = read("wine_quality_red.csv"),
  made = data.frame(
    y = 3 + (i * 7 %% 11) / 4,
    x = 10 + ((i * 29) %% 48) / 8,
    z = 5 + ((i * 17) %% 31) / 3,
    u = -2 + ((i * 11) %% 48) / 12,
    w = 1 + (i %% 3) / 2,
    a = factor(c("a1", "a2", "a3")[i %% 3 + 1]),
    b = factor(c("lo", "mid", "hi", "top")[(i %/% 3) %% 4 + 1]),
    c = factor(c("no", "yes")[(i %/% 12) %% 2 + 1]),
    k = c(1, 2, 5, 10)[(i * 5) %% 4 + 1],
    check.names = FALSE
  )
)

formulas <- list(
  made = c(
    # operators
    "y ~ x", "y ~ x + z", "y ~ 1 + x", "y ~ x + 1", "y ~ 0 + x", "y ~ x - 1", "y ~ x + 0", "y ~ -1 + x", "y ~ x - 0",
    "y ~ x + z - x", "y ~ x:z", "y ~ x*z", "y ~ x*z*u", "y ~ (x + z + u)^2", "y ~ (x + z + u)^3", "y ~ (x + z)^5",
    "y ~ x*z - z", "y ~ x*z*u - x:z:u", "y ~ x*z - x:z", "y ~ z:x + x", "y ~ u + z:u + x", "y ~ x + x", "y ~ x + z:x + x:z",
    "y ~ x/z", "y ~ (x + z)/u", "y ~ x/z/u", "y ~ x/(z + u)", "y ~ x %in% z", "y ~ x + z %in% x", "y ~ (x + z) %in% u",
    "y ~ (x + z):(u + w)", "y ~ x:(z + u) + w", "y ~ (x + z)*u", "y ~ ((x) + ((z)))", "y ~ x^2", "y ~ (x*z)^2 - u",
    "y ~ 1", "y ~ 1 + offset(z)", "y ~ x - x", "y ~ x:x", "y ~ x*x", "y ~ x:z:x", "y ~ (x + z + u + w)^2 - x:z", "y ~ (1 + x):z", "y ~ x + (z - 1)", "y ~ x*z + u*z",
    "y ~ z*x + x:u:z + u", "y ~ x**2 ## y ~ x^2", "y ~ (x + z)**2 ## y ~ (x + z)^2", "~ x + z",
    # categories and margins
    "y ~ a", "y ~ a + b", "y ~ 0 + a", "y ~ a - 1", "y ~ 0 + a + b", "y ~ 0 + x + a", "y ~ 0 + b + a + c", "y ~ a:b", "y ~ a*b",
    "y ~ 0 + a:b", "y ~ 0 + a*b", "y ~ a + a:b", "y ~ b + a:b", "y ~ a/b", "y ~ 0 + a/b", "y ~ b %in% a", "y ~ a + b %in% a",
    "y ~ x:a", "y ~ x*a", "y ~ 0 + x:a", "y ~ 0 + x*a", "y ~ a:x + a", "y ~ a/x", "y ~ a/x - 1", "y ~ x + a:x", "y ~ x:z:a", "y ~ x*z*a",
    "y ~ x:a + z:a", "y ~ a*b*c", "y ~ a:b:c", "y ~ a:b + c", "y ~ (a + b + c)^2", "y ~ a*b + x:c", "y ~ a:b + x:a:b", "y ~ x:a:b",
    "y ~ a + x:a:b", "y ~ x + a + b + x:a:b", "y ~ 0 + x:a + b", "y ~ a*b - a", "y ~ a*b - b", "y ~ a*b - a - b", "y ~ 0 + c:a + b:c",
    "y ~ c/(a + b)", "y ~ c/a/b", "y ~ (a + b)/c", "y ~ (a*b)/c", "y ~ a*b*c - a:b:c", "y ~ b:a + a", "y ~ x*a*c", "y ~ c*x + a:x",
    # contrasts
    "y ~ C(k)", "y ~ 0 + C(k)", "y ~ C(k)*x", "y ~ C(k):a", "y ~ C(a, sum)", "y ~ C(b, contr.sum)", "y ~ C(b, helmert)",
    "y ~ C(b, contr.helmert)", "y ~ C(b, poly)", "y ~ C(b, contr.poly)", "y ~ C(k, poly)", "y ~ C(a, treatment)",
    "y ~ C(b, treatment(\"mid\")) ## y ~ C(b, contr.treatment, base = 3)",
    "y ~ C(b, Treatment(reference=\"lo\")) ## y ~ C(b, contr.treatment, base = 2)",
    "y ~ C(b, ref=\"top\")*x ## y ~ C(b, contr.treatment, base = 4)*x",
    "y ~ C(k, ref=5) ## y ~ C(k, contr.treatment, base = 3)", "y ~ C(a, sum)*C(b, sum)", "y ~ C(a, sum)*C(b, helmert)*x",
    "y ~ 0 + C(a, sum)", "y ~ 0 + C(a, sum) + C(b, sum)", "y ~ C(a, sum):x", "y ~ C(a, sum):C(b, poly)", "y ~ x + C(a, helmert):x",
    "y ~ C(b, levels=c(\"lo\", \"mid\", \"hi\", \"top\")) ## y ~ factor(b, levels = c('lo', 'mid', 'hi', 'top'))",
    "y ~ C(b, poly, levels=c(\"lo\", \"mid\", \"hi\", \"top\")) ## y ~ C(factor(b, levels = c('lo', 'mid', 'hi', 'top')), contr.poly)",
    "y ~ C(c, sum) + C(c, sum):z", "y ~ C(I(k*2)) ## y ~ C(k*2)", "y ~ C(k, helmert)/x",
    # functions and arithmetic
    "y ~ log(x)", "y ~ log2(x) + log10(z)", "y ~ log1p(x)", "y ~ exp(u)", "y ~ sqrt(x) + abs(u)", "y ~ pow(x, 3)", "y ~ pow(x, 0.5)",
    "y ~ I(x^2)", "y ~ x + I(x^2) + I(x^3)", "y ~ I(x + z)", "y ~ I(x*z)", "y ~ I(x/z)", "y ~ I(2*x - z/3 + 1)", "y ~ I(-x^2)",
    "y ~ I((x - 10)^2)", "y ~ I(x^-1)", "y ~ I(2^u)", "y ~ I(x^2^0.5)", "y ~ I(-(x))", "y ~ log(x + 1)", "y ~ log(x/z)", "y ~ log(x)*a",
    "y ~ I(log(x)^2)", "y ~ exp(-u^2)", "y ~ sqrt(x*z):a", "y ~ log(sqrt(x))", "y ~ I(1/x) + I(1e-1*z)", "log(y) ~ x",
    "sqrt(y) ~ log(x) + a", "I(y^2) ~ x", "y ~ abs(u - 1)*c", "y ~ I(x - z):I(x + z)", "y ~ log(x):log(z)",
    # learnt
    "y ~ center(x)", "y ~ scale(x)", "y ~ scale(log(x))", "y ~ center(x)*center(z)", "y ~ scale(x):a", "y ~ I(center(x)^2)",
    "y ~ center(x) + I(scale(z)/2)", "y ~ poly(x, 1)", "y ~ poly(x, 2)", "y ~ poly(x, 3)", "y ~ poly(x, 5)", "y ~ poly(x, 2, raw=TRUE)",
    "y ~ poly(x, 3, raw=true) ## y ~ raw(x, 3)", "y ~ poly(log(x), 2)", "y ~ poly(x, degree=2)", "y ~ a*poly(x, 2)", "y ~ poly(x, 2):poly(z, 2)",
    "y ~ 0 + poly(x, 2) + a", "y ~ poly(x, 2)/c", "y ~ bs(x)", "y ~ bs(x, df=5)", "y ~ bs(x, 6)", "y ~ bs(x, df=4, degree=2)",
    "y ~ bs(x, degree=1, df=3)", "y ~ bs(x, knots=c(11, 13))", "y ~ bs(x, df=6, intercept=TRUE) - 1", "y ~ bs(z, knots=c(8, 9, 12), degree=2)",
    "y ~ ns(x)", "y ~ ns(x, 3)", "y ~ ns(x, df=5)", "y ~ ns(x, knots=c(11, 12, 14))", "y ~ ns(x, df=4, intercept=TRUE) - 1", "y ~ ns(log(z), 4)",
    "y ~ ns(x, 3)*a", "y ~ ns(x, 3):ns(z, 2)", "y ~ bs(x, df=4):c", "y ~ ns(x, 2) + bs(z, 4) + poly(u, 2)",
    "y ~ bs(x, df=5, Boundary.knots=c(9, 17))", "y ~ ns(x, knots=c(12, 13), Boundary.knots=c(11, 14.5))", "y ~ bs(x, knots=c(12, 13), Boundary.knots=c(11, 14.5))",
    "y ~ cut(x, c(9, 12, 14, 17))", "y ~ cut(x, c(9, 12, 14, 17))*z", "y ~ cut(x, breaks=c(0, 11.5, 20))", "y ~ 0 + cut(x, c(9, 12, 14, 17))",
    "y ~ cut(x, c(10, 12, 14, 17), right=FALSE)", "y ~ bin(x, c(11, 14))", "y ~ bin(u, 0) + x", "y ~ bin(x, c(11, 14)):a",
    # learnt within what is learnt
    "y ~ log(scale(x) + 5)", "y ~ scale(center(x))", "y ~ scale(I(scale(x)^2))", "y ~ I(scale(x)^2)", "y ~ center(log(scale(x) + 5))",
    "y ~ poly(scale(x), 2)", "y ~ poly(scale(log(x)), 3)", "y ~ poly(center(x) * scale(z), 2) ## y ~ poly(as.vector(center(x) * scale(z)), 2)", "y ~ ns(center(x), 3)", "y ~ ns(scale(x), 4)*a",
    "y ~ bs(scale(log(x)), df=5)", "y ~ bs(scale(x), knots=c(-0.5, 0.5))", "y ~ cut(scale(x), c(-3, 0, 3))", "y ~ C(center(k))*x",
    "y ~ scale(scale(x) + scale(z)):a", "y ~ ns(log(scale(x) + 3), 3) + scale(x)",
    # targets, offsets, all columns
    "cbind(y, z) ~ x", "y + z ~ x + a ## cbind(y, z) ~ x + a", "cbind(log(y), z) ~ x*a", "y ~ x + offset(z)", "y ~ offset(log(x)) + a + offset(u)",
    "y ~ .", "y ~ . - x", "y ~ 0 + .", "y ~ . - k + C(k)", "log(y) ~ .", "y ~ x + .", "y ~ (x + z + a)^2 + .", "y ~ . + x:z"
  ),
  penguins = c(
    "body_mass_g ~ bill_length_mm", "body_mass_g ~ species", "body_mass_g ~ species + sex", "body_mass_g ~ species*sex",
    "body_mass_g ~ bill_length_mm*species", "body_mass_g ~ species/bill_length_mm - 1", "log(body_mass_g) ~ log(flipper_length_mm) + island",
    "body_mass_g ~ (species + island + sex)^2", "body_mass_g ~ poly(bill_depth_mm, 3) + species", "body_mass_g ~ ns(flipper_length_mm, 4)*sex",
    "body_mass_g ~ C(year)*species", "body_mass_g ~ C(species, sum)*C(sex, sum)", "body_mass_g ~ C(island, helmert) + bill_depth_mm",
    "body_mass_g ~ scale(bill_length_mm) + scale(bill_depth_mm) + scale(flipper_length_mm)", "body_mass_g ~ .", "body_mass_g ~ . - year",
    "body_mass_g ~ bill_length_mm:bill_depth_mm:species", "cbind(bill_length_mm, bill_depth_mm) ~ species + body_mass_g",
    "body_mass_g ~ species %in% island", "body_mass_g ~ island/species", "body_mass_g ~ cut(bill_length_mm, c(30, 40, 50, 60))*sex",
    "body_mass_g ~ bs(bill_length_mm, df=6)", "body_mass_g ~ ns(scale(bill_length_mm), 4)*sex", "body_mass_g ~ 1", "body_mass_g ~ C(species, ref=\"Gentoo\") ## body_mass_g ~ C(species, contr.treatment, base = 3)"
  ),
  auto_mpg = c(
    "mpg ~ weight * C(origin) + log(horsepower) + poly(model_year, 2)", "mpg ~ weight + horsepower", "mpg ~ C(cylinders)", "mpg ~ C(origin)/weight",
    "log(mpg) ~ log(weight) + log(displacement) + C(origin)", "mpg ~ I(weight/1000) + I(horsepower^2)", "mpg ~ ns(horsepower, 5)",
    "mpg ~ bs(weight, df=7)", "mpg ~ ns(weight, 3):C(origin)", "mpg ~ poly(horsepower, 4)", "mpg ~ C(cylinders, poly) + weight", "mpg ~ center(weight)*center(horsepower)",
    "mpg ~ scale(weight) + scale(acceleration)", "mpg ~ C(origin, sum)*C(cylinders, sum)", "mpg ~ (weight + horsepower + acceleration)^3",
    "mpg ~ . - car_name", "mpg ~ offset(acceleration) + weight", "mpg ~ bin(model_year, c(72, 75, 79)) + weight", "mpg ~ sqrt(displacement):C(origin)",
    "mpg ~ ns(log(displacement), knots=c(5, 5.5))*weight", "mpg ~ poly(scale(log(weight)), 3) + center(scale(acceleration))"
  ),
  wine = c(
    "quality ~ alcohol", "quality ~ `fixed acidity` + pH", "quality ~ `fixed acidity`*`volatile acidity`", "quality ~ log(`residual sugar`) + sqrt(chlorides)",
    "quality ~ .", "quality ~ . - density - `citric acid`", "quality ~ poly(alcohol, 3) + poly(pH, 2)", "quality ~ ns(alcohol, 4) + bs(sulphates, 5)",
    "alcohol ~ C(quality)", "alcohol ~ C(quality, helmert) + density", "quality ~ scale(`total sulfur dioxide`):scale(`free sulfur dioxide`)",
    "quality ~ (alcohol + pH + sulphates)^2", "quality ~ log1p(`citric acid`) + I(alcohol - 10)", "cbind(quality, alcohol) ~ pH + log10(chlorides)",
    "quality ~ cut(alcohol, c(8, 10, 12, 15))*pH", "quality ~ exp(-pH) + abs(pH - 3.3)"
  )
)

number <- function(v) vapply(v, function(one) {
  for (digits in 1:17) {
    text <- sprintf("%.*g", digits, one)
    if (as.numeric(text) == one) break
  }
  text
}, "")
text <- function(v) if (length(v) == 0) character() else paste0('"', gsub('"', '\\"', gsub("\\", "\\\\", v, fixed = TRUE), fixed = TRUE), '"')
list_of <- function(v) paste0("[", paste(v, collapse = ","), "]")

entries <- character()
for (set in names(formulas)) {
  data <- sets[[set]]
  for (line in formulas[[set]]) {
    parts <- strsplit(line, " ## ", fixed = TRUE)[[1]]

    formula <- as.formula(parts[length(parts)])
    # Rows with a missing value in a used column are dropped first; R's own `na.omit` drops them after means and knots.
    used <- intersect(all.vars(formula), names(data))
    if ("." %in% all.vars(formula)) used <- setdiff(names(data), setdiff(all.vars(terms(formula, data = data)), names(data)))
    if (grepl("- car_name", line)) used <- setdiff(used, "car_name")
    frame <- model.frame(formula, data[complete.cases(data[used]), ])
    terms <- attr(frame, "terms")
    x <- model.matrix(terms, frame)
    assign <- attr(x, "assign")
    x <- x[, assign > 0, drop = FALSE]
    response <- if (attr(terms, "response")) as.matrix(model.response(frame)) else matrix(0, nrow(x), 0)
    offset <- model.offset(frame)
    n <- nrow(x)
    rows <- unique(round(seq(1, n, length.out = 20)))
    columns <- cbind(response, if (!is.null(offset)) offset, x)
    entries <- c(entries, paste0(
      "{\"data\":", text(set), ",\"formula\":", text(parts[1]),
      if (length(parts) > 1) paste0(",\"r\":", text(parts[2])),
      ",\"n\":", n, ",\"intercept\":", tolower(attr(terms, "intercept") == 1),
      ",\"targets\":", ncol(response), ",\"offset\":", tolower(!is.null(offset)),
      ",\"terms\":", list_of(text(attr(terms, "term.labels"))), ",\"assign\":", list_of(assign[assign > 0]),
      ",\"names\":", list_of(text(colnames(x))),
      ",\"rows\":", list_of(rows - 1),
      ",\"values\":", list_of(apply(columns[rows, , drop = FALSE], 2, function(v) list_of(number(v)))),
      ",\"sums\":", list_of(number(colSums(columns))),
      ",\"squares\":", list_of(number(colSums(columns^2 * seq_len(n)))), "}"))
  }
}
made <- sets$made
columns <- vapply(names(made), function(name) paste0("[", text(name), ",", list_of(
  if (is.factor(made[[name]])) text(as.character(made[[name]])) else number(made[[name]])), "]"), "")
writeLines(paste0("{\"made_by\":", text(paste("make_formulas.R,", R.version.string)), ",\n\"made\":[", paste(columns, collapse = ",\n"), "],\n\"formulas\":[\n",
                  paste(entries, collapse = ",\n"), "\n]}"), file.path(here, "formulas.json"))
cat(length(entries), "formulas\n")
