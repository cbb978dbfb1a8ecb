//! Small symmetric linear systems.

use ndarray::Array2;

/// A pivot below this share of its diagonal entry is rounding noise: the matrix is singular.
const NOISE: f64 = 1e-13;

/// L with L Lᵀ = A.
pub(super) struct Cholesky(Array2<f64>);

impl Cholesky {
    /// Factorises a symmetric matrix A. If A is singular, it factorises A + ridge · I, with the smallest ridge that helps:
    /// 10⁻¹⁰, 10⁻⁹ … 1 times the mean of the diagonal. None if no ridge helps: A is then far from positive definite, or holds
    /// NaN or infinities.
    pub(super) fn new(matrix: &Array2<f64>) -> Option<Self> {
        let mean = matrix.diag().sum() / matrix.nrows().max(1) as f64;
        let ridges = (-10..=0).map(|power| mean * 10_f64.powi(power));
        std::iter::once(0.0).chain(ridges).find_map(|ridge| Self::with_ridge(matrix, ridge))
    }

    fn with_ridge(matrix: &Array2<f64>, ridge: f64) -> Option<Self> {
        let mut lower = Array2::<f64>::zeros(matrix.dim());
        for i in 0..matrix.nrows() {
            for j in 0..=i {
                let known: f64 = (0..j).map(|k| lower[[i, k]] * lower[[j, k]]).sum();
                let rest = matrix[[i, j]] - known;
                if i > j {
                    lower[[i, j]] = rest / lower[[j, j]];
                } else {
                    let pivot = rest + ridge;
                    let is_positive = pivot > NOISE * matrix[[i, i]].abs() && pivot > 0.0 && pivot.is_finite();
                    lower[[i, i]] = is_positive.then(|| pivot.sqrt())?;
                }
            }
        }
        Some(Self(lower))
    }

    /// x with A x = `right`.
    pub(super) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut x = self.forward(right);
        for i in (0..x.len()).rev() {
            let known: f64 = (i + 1..x.len()).map(|k| self.0[[k, i]] * x[k]).sum();
            x[i] = (x[i] - known) / self.0[[i, i]];
        }
        x
    }

    /// y with L y = `right`.
    fn forward(&self, right: &[f64]) -> Vec<f64> {
        let mut y = right.to_vec();
        for i in 0..y.len() {
            let known: f64 = (0..i).map(|k| self.0[[i, k]] * y[k]).sum();
            y[i] = (y[i] - known) / self.0[[i, i]];
        }
        y
    }

    /// The diagonal of A⁻¹ = L⁻ᵀ L⁻¹.
    pub(super) fn inverse_diagonal(&self) -> Vec<f64> {
        let size = self.0.nrows();
        let unit = |k| (0..size).map(|i| if i == k { 1.0 } else { 0.0 }).collect::<Vec<f64>>();
        (0..size).map(|k| self.forward(&unit(k)).iter().map(|y| y * y).sum()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;
    use proptest::prelude::*;

    #[test]
    fn a_singular_matrix_is_solved_as_one_that_nearly_is() {
        let x = Cholesky::new(&array![[1.0, 1.0], [1.0, 1.0]]).unwrap().solve(&[2.0, 2.0]);
        assert!((x[0] - 1.0).abs() < 1e-6 && (x[1] - 1.0).abs() < 1e-6, "{x:?}");
    }

    #[test]
    fn what_is_no_information_matrix_is_refused() {
        assert!(Cholesky::new(&array![[0.0]]).is_none());
        assert!(Cholesky::new(&array![[f64::NAN]]).is_none());
        assert!(Cholesky::new(&array![[-1.0]]).is_none());
    }

    proptest! {
        #[test]
        fn solutions_solve_and_the_inverse_has_that_diagonal(entries in prop::collection::vec(-2.0..2.0_f64, 16), right in prop::collection::vec(-3.0..3.0_f64, 4)) {
            let root = Array2::from_shape_vec((4, 4), entries).unwrap();
            let matrix = root.t().dot(&root) + Array2::<f64>::eye(4);
            let cholesky = Cholesky::new(&matrix).unwrap();
            let product = matrix.dot(&ndarray::Array1::from(cholesky.solve(&right)));
            for (a, b) in product.iter().zip(&right) {
                prop_assert!((a - b).abs() < 1e-9);
            }
            for (k, entry) in cholesky.inverse_diagonal().into_iter().enumerate() {
                let unit: Vec<f64> = (0..4).map(|i| f64::from(u8::from(i == k))).collect();
                prop_assert!((cholesky.solve(&unit)[k] - entry).abs() < 1e-9);
            }
        }
    }
}
