// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {SharePool} from "./SharePool.sol";
import {StakeModules} from "./StakeModules.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Locks, and the waterfall of what is taken
abstract contract Slashing is StakeModules {
    using SharePool for SharePool.Pool;

    /// @dev Taken and not yet burned or handed to insurance: one slot, so that a slash pays for one.
    struct Slashed {
        uint128 toBurn;
        uint128 toInsurance;
    }

    uint96 public immutable challengerRewardMax;

    Slashed private _slashed;

    function slashedNotFlushed() external view returns (uint128 toBurn, uint128 toInsurance) {
        return (_slashed.toBurn, _slashed.toInsurance);
    }

    function lock(address provider, uint96 amount) external {
        _requireMarket(true);
        Account storage account = _accounts[provider];
        (uint256 bond, uint256 locked) = (account.bond, account.locked);
        uint256 sum = locked + amount;
        if (sum > bond) revert FreeStakeTooSmall(provider, bond > locked ? bond - locked : 0, amount);
        account.locked = uint96(sum);
        emit StakeLocked(provider, amount, uint96(sum));
    }

    function unlock(address provider, uint96 amount) external {
        _requireMarketOrSettlement();
        Account memory account = _accounts[provider];
        _subtractLock(account, provider, amount);
        _accounts[provider] = account;
        emit StakeUnlocked(provider, amount, account.locked);
    }

    function penalise(address provider, uint96 locked, uint96 penalty)
        external
        returns (uint96 taken, uint96 insuranceAmount)
    {
        _requireMarket(false);
        Taken memory t = _take(provider, locked, uint96(Math.min(locked, penalty)));
        (,, insuranceAmount,) = _settle(provider, t, address(0), 0, address(0), 0);
        taken = t.fromSelf + t.fromDelegators;
    }

    function slash(address provider, uint96 locked, uint96 amount, address victim, uint96 compensationMax)
        external
        returns (uint96 taken, uint96 compensation, uint96 burnedAmount, uint96 insuranceAmount)
    {
        _requireSettlement();
        Taken memory t = _take(provider, locked, amount);
        (compensation, burnedAmount, insuranceAmount,) = _settle(provider, t, victim, compensationMax, address(0), 0);
        taken = t.fromSelf + t.fromDelegators;
    }

    function slashForChallenger(
        address provider,
        uint96 locked,
        uint96 amount,
        address victim,
        uint96 compensationMax,
        address challenger,
        uint96 rewardMax
    ) external returns (uint96 taken, uint96 compensation, uint96 burnedAmount, uint96 insuranceAmount, uint96 reward) {
        _requireSettlement();
        Taken memory t = _take(provider, locked, amount);
        (compensation, burnedAmount, insuranceAmount, reward) =
            _settle(provider, t, victim, compensationMax, challenger, rewardMax);
        taken = t.fromSelf + t.fromDelegators;
    }

    function flushSlashed() external {
        Slashed memory waiting = _slashed;
        if (waiting.toBurn == 0 && waiting.toInsurance == 0) revert ZeroAmount();
        delete _slashed;
        emit SlashedFlushed(waiting.toBurn, waiting.toInsurance);
        if (waiting.toBurn > 0) ITokenVault(vault).burn(waiting.toBurn);
        if (waiting.toInsurance > 0) ITokenVault(vault).giveCredit(insurance, waiting.toInsurance);
    }

    struct Taken {
        uint96 fromSelf;
        uint96 fromDelegators;
        uint96 staked; // own stake that is left, unbonding included
    }

    /// @dev What other jobs locked is theirs; everything else answers for this one: own stake first, of it unbonding
    /// stake last; then delegators, those who are leaving in the same proportion.
    function _take(address provider, uint96 locked, uint96 amount) private returns (Taken memory t) {
        Account memory account = _accounts[provider];
        _subtractLock(account, provider, locked);
        Money memory money;
        money.self = _selfOf(provider, account);
        if (account.unbonds) money.unbonding = _unbonding[provider];
        if (account.hasDelegators) (money.delegated, money.leaving) = (_delegated[provider], _leaving[provider]);
        uint256 own = uint256(money.self) + money.unbonding.tokens;
        uint256 sum = own + money.delegated.tokens + money.leaving.tokens;
        uint256 taken = Math.min(amount, Math.saturatingSub(sum, account.locked));
        t.fromSelf = uint96(Math.min(taken, own));
        t.fromDelegators = uint96(taken) - t.fromSelf;
        if (t.fromDelegators > 0) t.fromDelegators = _cutDelegators(provider, money, t.fromDelegators);
        _cutSelf(provider, account, money, t.fromSelf);
        t.staked = money.self + money.unbonding.tokens;
    }

    /// @return taken `amount`, and what it left of either pool that is only dust
    function _cutDelegators(address provider, Money memory money, uint96 amount) private returns (uint96 taken) {
        uint256 sum = uint256(money.delegated.tokens) + money.leaving.tokens;
        uint96 ofLeaving = uint96(uint256(amount) * money.leaving.tokens / sum);
        money.delegated.cut(amount - ofLeaving);
        money.leaving.cut(ofLeaving);
        taken = amount + money.delegated.sweep() + money.leaving.sweep();
        _delegated[provider] = money.delegated;
        _leaving[provider] = money.leaving;
        emit DelegatorsSlashed(provider, taken, money.delegated.tokens, money.leaving.tokens);
    }

    function _cutSelf(address provider, Account memory account, Money memory money, uint96 amount) private {
        // What must stay bonded, so that other jobs' locks keep their cover.
        uint256 kept = Math.saturatingSub(account.locked, money.delegated.tokens);
        uint96 ofSelf = uint96(Math.min(amount, Math.saturatingSub(money.self, kept)));
        uint96 ofUnbonding = uint96(Math.min(amount - ofSelf, money.unbonding.tokens));
        ofSelf = amount - ofUnbonding;
        if (ofUnbonding > 0) {
            money.unbonding.cut(ofUnbonding);
            account.unbonds = money.unbonding.tokens > 0;
            _unbonding[provider] = money.unbonding;
        }
        money.self -= ofSelf;
        _saveSelf(provider, account, money.self);
    }

    /// @dev Only own stake ever pays anybody, and never more than half of it the victim, who may be the provider's own
    /// account. What delegators lose is burned: so nobody earns by having them slashed.
    function _settle(
        address provider,
        Taken memory t,
        address victim,
        uint96 compensationMax,
        address challenger,
        uint96 rewardMax
    ) private returns (uint96 compensation, uint96 burnedAmount, uint96 insuranceAmount, uint96 reward) {
        compensation = uint96(Math.min(t.fromSelf / 2, compensationMax));
        uint96 rest = t.fromSelf - compensation;
        uint96 half = rest / 2;
        reward = uint96(Math.min(Math.min(rewardMax, challengerRewardMax), half / 2));
        insuranceAmount = half - reward;
        burnedAmount = rest - half + t.fromDelegators;
        Slashed memory waiting = _slashed;
        waiting.toBurn += burnedAmount;
        waiting.toInsurance += insuranceAmount;
        _slashed = waiting;
        uint96 taken = t.fromSelf + t.fromDelegators;
        emit StakeSlashed(provider, taken, compensation, burnedAmount, insuranceAmount, t.staked);
        if (compensation > 0) ITokenVault(vault).giveCredit(victim, compensation);
        if (reward > 0) {
            emit ChallengerRewarded(provider, challenger, reward);
            ITokenVault(vault).giveCredit(challenger, reward);
        }
    }

    function _subtractLock(Account memory account, address provider, uint96 amount) private pure {
        if (account.locked < amount) revert LockTooSmall(provider, account.locked, amount);
        account.locked -= amount;
    }
}
