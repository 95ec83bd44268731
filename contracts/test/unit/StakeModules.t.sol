// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StakeRole} from "../../src/interfaces/IStakeManager.sol";
import {IStakeManager, World} from "../World.sol";

contract StakeModulesTest is World {
    address private _new = address(0x1234);

    function test_onlyTheGovernorAddsRetiresAndSetsTheDelay() public {
        bytes memory refusal = abi.encodeWithSelector(IStakeManager.NotGovernor.selector, address(this), governor.addr);
        vm.expectRevert(refusal);
        stake.addModule(_new, StakeRole.MARKET);
        vm.expectRevert(refusal);
        stake.retireModule(_new);
        vm.expectRevert(refusal);
        stake.setUnbondingDelay(4 days);
    }

    function test_addModule_refusesNoRoleAndASecondTime() public {
        vm.startPrank(governor.addr);
        vm.expectRevert(IStakeManager.ZeroAddress.selector);
        stake.addModule(address(0), StakeRole.MARKET);
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.ModuleKnown.selector, _new));
        stake.addModule(_new, StakeRole.NONE);
        stake.addModule(_new, StakeRole.MARKET);
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.ModuleKnown.selector, _new));
        stake.addModule(_new, StakeRole.SETTLEMENT);
        vm.stopPrank();
    }

    function test_aNewMarketWaitsLongerThanAnybodyNeedsToLeave() public {
        vm.prank(provider.addr);
        stake.requestUnbonding(STAKE);
        _add(StakeRole.MARKET);
        (,,, uint40 availableAt) = stake.stakeOf(provider.addr);
        (, uint40 activeFrom,) = stake.moduleOf(_new);
        assertLt(availableAt, activeFrom);
        vm.warp(activeFrom - 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.NotMarket.selector, _new, address(market)));
        vm.prank(_new);
        stake.lock(provider.addr, 0);
    }

    function test_aLaterMarketLocksFreesAndPenalisesButDoesNotSlash() public {
        _add(StakeRole.MARKET);
        skip(6 days);
        vm.startPrank(_new);
        stake.lock(provider.addr, 10e6);
        stake.unlock(provider.addr, 4e6);
        stake.penalise(provider.addr, 6e6, 1e6);
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.NotSettlement.selector, _new, address(settlement)));
        stake.slash(provider.addr, 0, 1, address(this), 1);
        vm.stopPrank();
        assertEq(stake.freeStakeOf(provider.addr), STAKE - 1e6);
    }

    function test_aLaterSettlementFreesAndSlashesButDoesNotLock() public {
        _add(StakeRole.SETTLEMENT);
        skip(6 days);
        vm.prank(address(market));
        stake.lock(provider.addr, 10e6);
        vm.startPrank(_new);
        stake.unlock(provider.addr, 4e6);
        stake.slash(provider.addr, 6e6, 6e6, consumer.addr, 0);
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.NotMarket.selector, _new, address(market)));
        stake.lock(provider.addr, 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.NotMarket.selector, _new, address(market)));
        stake.penalise(provider.addr, 0, 0);
        vm.stopPrank();
    }

    function test_aRetiredMarketEndsWhatItBegan() public {
        _add(StakeRole.MARKET);
        skip(6 days);
        vm.prank(_new);
        stake.lock(provider.addr, 10e6);
        vm.prank(governor.addr);
        stake.retireModule(_new);
        vm.startPrank(_new);
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.NotMarket.selector, _new, address(market)));
        stake.lock(provider.addr, 1);
        stake.unlock(provider.addr, 4e6);
        stake.penalise(provider.addr, 6e6, 1e6);
        vm.stopPrank();
    }

    function test_constructor_furtherMarketsLockFromTheBeginning() public {
        address[] memory markets = new address[](1);
        markets[0] = _new;
        IStakeManager other = IStakeManager(
            deploy(
                "StakeManager.sol:StakeManager",
                abi.encode(vault, market, settlement, insurance, 3 days, governor.addr, 0, markets)
            )
        );
        vm.prank(_new);
        other.lock(provider.addr, 0);
        (StakeRole role,,) = other.moduleOf(_new);
        assertEq(uint256(role), uint256(StakeRole.MARKET));
    }

    function test_constructor_refusesADelayOfNothing() public {
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.DelayOutOfRange.selector, 0, 1, type(uint32).max / 4));
        deploy(
            "StakeManager.sol:StakeManager",
            abi.encode(vault, market, settlement, insurance, 0, governor.addr, 0, new address[](0))
        );
    }

    function test_retireModule_refusesAnUnknownOne() public {
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.NotMarketOrSettlement.selector, _new));
        vm.prank(governor.addr);
        stake.retireModule(_new);
    }

    function test_setUnbondingDelay_keepsItsBounds() public {
        vm.startPrank(governor.addr);
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.DelayOutOfRange.selector, 3 days - 1, 3 days, 6 days));
        stake.setUnbondingDelay(3 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.DelayOutOfRange.selector, 6 days + 1, 3 days, 6 days));
        stake.setUnbondingDelay(6 days + 1);
        vm.stopPrank();
    }

    function test_setUnbondingDelay_leavesWhatWasAskedBefore() public {
        vm.prank(provider.addr);
        stake.requestUnbonding(10e6);
        (,,, uint40 before) = stake.stakeOf(provider.addr);
        vm.prank(governor.addr);
        stake.setUnbondingDelay(6 days);
        (,,, uint40 afterwards) = stake.stakeOf(provider.addr);
        assertEq(afterwards, before);
        vm.warp(before);
        vm.prank(provider.addr);
        stake.requestUnbonding(5e6);
        vm.prank(provider.addr);
        stake.withdrawUnbonded();
        assertEq(vault.creditOf(provider.addr), 10e6);
        (,, uint96 unbonding, uint40 next) = stake.stakeOf(provider.addr);
        assertEq(unbonding, 5e6);
        assertGe(next, before + 6 days);
    }

    function _add(StakeRole role) private {
        vm.prank(governor.addr);
        stake.addModule(_new, role);
    }
}
