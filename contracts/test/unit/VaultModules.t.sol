// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITokenVault, ModuleState} from "../../src/interfaces/ITokenVault.sol";
import {Payment, World} from "../World.sol";

contract VaultModulesTest is World {
    address private _new = address(0x1234);

    function test_addModule_refusesAnyoneButTheGovernor() public {
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.NotGovernor.selector, address(this), governor.addr));
        vault.addModule(_new);
    }

    function test_addModule_refusesTheZeroAddress() public {
        vm.expectRevert(ITokenVault.ZeroAddress.selector);
        vm.prank(governor.addr);
        vault.addModule(address(0));
    }

    function test_addModule_saysWhenItBegins() public {
        vm.expectEmit(address(vault));
        emit ITokenVault.ModuleAdded(_new, _now() + MODULE_DELAY);
        vm.prank(governor.addr);
        vault.addModule(_new);
    }

    function test_addModule_refusesAKnownOne() public {
        vm.startPrank(governor.addr);
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.ModuleKnown.selector, address(market)));
        vault.addModule(address(market));
        vault.retireModule(address(market));
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.ModuleKnown.selector, address(market)));
        vault.addModule(address(market));
        vm.stopPrank();
    }

    function test_retireModule_refusesAnyoneButTheGovernor() public {
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.NotGovernor.selector, address(this), governor.addr));
        vault.retireModule(address(market));
    }

    function test_retireModule_refusesAnUnknownOneAndASecondTime() public {
        vm.startPrank(governor.addr);
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.NotModule.selector, _new));
        vault.retireModule(_new);
        vault.retireModule(address(market));
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.ModuleIsRetired.selector, address(market)));
        vault.retireModule(address(market));
        vm.stopPrank();
    }

    function test_aNewModuleWaitsItsDelayWithinWhichEverybodyCanLeave() public {
        vm.prank(governor.addr);
        vault.addModule(_new);
        assertState(_new, ModuleState.PENDING);
        skip(MODULE_DELAY - 1);
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.NotModule.selector, _new));
        vm.prank(_new);
        vault.takeCredit(consumer.addr, 1);
        skip(1);
        assertState(_new, ModuleState.ACTIVE);
        vm.prank(_new);
        vault.takeCredit(consumer.addr, 1);
        assertEq(vault.ledgerOf(_new), 1);
    }

    function test_aModuleRetiredWhileItWaitedNeverWorks() public {
        vm.startPrank(governor.addr);
        vault.addModule(_new);
        vault.retireModule(_new);
        vm.stopPrank();
        skip(MODULE_DELAY);
        assertState(_new, ModuleState.RETIRED);
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.ModuleIsRetired.selector, _new));
        vm.prank(_new);
        vault.takeCredit(consumer.addr, 1);
    }

    function test_aRetiredModuleTakesNothingFromOutside() public {
        vm.prank(governor.addr);
        vault.retireModule(address(market));
        vm.startPrank(address(market));
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.ModuleIsRetired.selector, address(market)));
        vault.takeCredit(consumer.addr, 1);
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.ModuleIsRetired.selector, address(market)));
        vault.collect(1, 0, consumer.addr, 1, Payment(0, 0, ""));
        vm.stopPrank();
    }

    function test_aRetiredModulePaysOutAndMovesWhatItHas() public {
        _settled(OK, PRICE); // 10 dollars now wait in Settlement
        Job memory made = _running();
        vm.startPrank(governor.addr);
        vault.retireModule(address(market));
        vault.retireModule(address(settlement));
        vm.stopPrank();
        _settle(_verdict(made.id, OK, PRICE));
        _passFinality();
        settlement.claim(provider.addr);
        assertEq(vault.creditOf(provider.addr), 2 * (PRICE - FEE));
    }

    function test_moduleOf_anUnknownOneIsNone() public view {
        assertState(_new, ModuleState.NONE);
    }

    function assertState(address module, ModuleState want) private view {
        (ModuleState got,) = vault.moduleOf(module);
        assertEq(uint256(got), uint256(want));
    }
}
