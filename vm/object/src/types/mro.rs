//! The method resolution order: C3, `mro()` overrides, and the best base.

use super::{Type, TypeFlags};
use crate::raw::{Obj, Ref, Tuple};
use crate::vm::{Res, Vm};

impl Type {
    /// `__bases__`.
    pub fn bases_vec(&self) -> Vec<Ref<Type>> {
        let bases = self.bases.get().and_then(|b| b.into_ref::<Tuple>().ok());
        bases.iter().flat_map(|b| b.iter()).filter_map(|b| b.downcast::<Type>().cloned()).collect()
    }
}

impl Vm {
    /// The C3 linearisation of the type's bases (`mro_implementation`).
    pub(crate) fn compute_mro(&self, ty: &Ref<Type>) -> Res<Vec<Obj>> {
        let bases = ty.bases_vec();
        if let Some(base) = bases.iter().find(|base| base.mro_tuple().is_none()) {
            return Err(self.type_error(format!("Cannot extend an incomplete type '{}'", base.name())));
        }
        let own = ty.as_obj().clone();
        let linear = |t: &Ref<Type>| -> Vec<Obj> { t.mro_tuple().map(|m| m.to_vec()).unwrap_or_default() };
        if let [base] = &bases[..] {
            return Ok(std::iter::once(own).chain(linear(base)).collect());
        }
        for (index, base) in bases.iter().enumerate() {
            if bases[..index].iter().any(|b| b.is(base)) {
                return Err(self.type_error(format!("duplicate base class {}", base.name())));
            }
        }
        let mut lists: Vec<Vec<Obj>> = bases.iter().map(linear).collect();
        lists.push(bases.iter().map(|b| b.as_obj().clone()).collect());
        let mut heads = vec![0; lists.len()];
        let mut mro = vec![own];
        loop {
            let candidate = lists.iter().zip(&heads).find_map(|(list, &head)| {
                let candidate = list.get(head)?;
                let in_a_tail = lists
                    .iter()
                    .zip(&heads)
                    .any(|(list, &head)| list.iter().skip(head + 1).any(|t| t.is(candidate)));
                (!in_a_tail).then(|| candidate.clone())
            });
            match candidate {
                Some(next) => {
                    for (list, head) in lists.iter().zip(&mut heads) {
                        if list.get(*head).is_some_and(|t| t.is(&next)) {
                            *head += 1;
                        }
                    }
                    mro.push(next);
                }
                None if lists.iter().zip(&heads).all(|(list, &head)| head == list.len()) => return Ok(mro),
                None => return Err(self.mro_conflict(&lists, &heads)),
            }
        }
    }

    fn mro_conflict(&self, lists: &[Vec<Obj>], heads: &[usize]) -> crate::vm::Raised {
        let mut names: Vec<std::rc::Rc<str>> = Vec::new();
        let mut seen: Vec<Obj> = Vec::new();
        for (list, &head) in lists.iter().zip(heads) {
            if let Some(ty) = list.get(head)
                && !seen.iter().any(|s| s.is(ty))
            {
                seen.push(ty.clone());
                names.extend(ty.get::<Type>().map(|t| t.short_name()));
            }
        }
        self.type_error(format!(
            "Cannot create a consistent method resolution order (MRO) for bases {}",
            names.join(", ")
        ))
    }

    /// Computes the MRO through the metatype's `mro()` if it overrides it (`mro_invoke`).
    pub(super) fn invoke_mro(&self, ty: &Ref<Type>) -> Res<Vec<Obj>> {
        let meta = ty.ty();
        if meta.is(&self.types.r#type) {
            return self.compute_mro(ty);
        }
        let name = &self.names.mro;
        let own = self.type_lookup(meta, name);
        let plain = self.type_lookup(&self.types.r#type, name);
        match (own, plain) {
            (Some(own), Some(plain)) if !own.is(&plain) => {
                let result = self.call_found_special(ty.as_obj(), &own, &[])?;
                let items = self.iter_to_vec(&result)?;
                if items.is_empty() {
                    return Err(self.type_error("type MRO must not be empty"));
                }
                for item in &items {
                    let Some(class) = item.downcast::<Type>() else {
                        return Err(
                            self.type_error(format!("mro() returned a non-class ('{}')", item.ty().name()))
                        );
                    };
                    if !self.solid_base(ty).is_subtype_of(&self.solid_base(class)) {
                        return Err(self.type_error(format!(
                            "mro() returned base with unsuitable layout ('{}')",
                            class.name()
                        )));
                    }
                }
                Ok(items)
            }
            _ => self.compute_mro(ty),
        }
    }

    /// The nearest base that adds something to the instance's layout (`solid_base`).
    pub(super) fn solid_base(&self, ty: &Ref<Type>) -> Ref<Type> {
        let mut ty = ty.clone();
        while let Some(base) = ty.base() {
            let same = ty.layout().same(base.layout())
                && ty.slot_count() == base.slot_count()
                && ty.exception_fields.get() == base.exception_fields.get();
            if !same {
                return ty;
            }
            ty = base;
        }
        ty
    }

    /// The base whose layout the new type extends (`best_base`).
    pub(super) fn best_base(&self, bases: &[Obj]) -> Res<Ref<Type>> {
        let mut best: Option<(Ref<Type>, Ref<Type>)> = None;
        for base in bases {
            let Some(base) = base.downcast::<Type>() else {
                return Err(self.type_error("bases must be types"));
            };
            if !base.has_flag(TypeFlags::BASETYPE) {
                return Err(self.type_error(format!("type '{}' is not an acceptable base type", base.name())));
            }
            let solid = self.solid_base(base);
            best = Some(match best {
                None => (base.clone(), solid),
                Some((winner, winner_solid)) => {
                    if winner_solid.is_subtype_of(&solid) {
                        (winner, winner_solid)
                    } else if solid.is_subtype_of(&winner_solid) {
                        (base.clone(), solid)
                    } else {
                        return Err(self.type_error("multiple bases have instance lay-out conflict"));
                    }
                }
            });
        }
        match best {
            Some((base, _)) => Ok(base),
            None => Ok(self.types.object.clone()),
        }
    }
}
