//! A dot product as if computed in twice the working precision.

/// `start + Σ aᵢ bᵢ`, by the compensated Dot2 of Ogita, Rump & Oishi (*Accurate sum and dot product*, 2005).
pub(crate) fn accurate_dot(start: f64, pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (mut sum, mut lost) = (start, 0.0);
    for (a, b) in pairs {
        let product = a * b;
        let product_lost = a.mul_add(b, -product);
        let next = sum + product;
        let virtual_part = next - sum;
        lost += (sum - (next - virtual_part)) + (product - virtual_part) + product_lost;
        sum = next;
    }
    // Beyond the range the correction is NaN; the plain sum then says so as infinity.
    if lost.is_finite() { sum + lost } else { sum }
}

#[cfg(test)]
mod tests {
    use super::accurate_dot;

    #[test]
    fn a_dot_product_that_cancels_keeps_its_digits() {
        let a = [1e16, 1.0, -1e16];
        assert_eq!(accurate_dot(0.0, a.into_iter().zip([1.0; 3])), 1.0);
        assert_eq!(accurate_dot(-1.0, a.into_iter().zip([1.0; 3])), 0.0);
    }
}
