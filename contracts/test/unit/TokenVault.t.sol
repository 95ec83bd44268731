// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITokenVault} from "../../src/interfaces/ITokenVault.sol";
import {CreditDeposit, ITestDollar, Order, Payment, World} from "../World.sol";

contract TokenVaultTest is World {
    bytes32 private constant CREDIT_DEPOSIT_TYPEHASH =
        keccak256("CreditDeposit(address account,uint96 amount,uint64 salt)");

    function test_constructor_refusesZeroAddress() public {
        vm.expectRevert(ITokenVault.ZeroAddress.selector);
        _deployVault(address(dollar), address(0));
    }

    function test_constructor_keepsWhoMayCall() public view {
        assertEq(vault.settlement(), address(settlement));
        assertEq(vault.market(), address(market));
        assertEq(vault.stake(), address(stake));
    }

    function test_deposit_refusesNothing() public {
        vm.expectRevert(ITokenVault.NothingToMove.selector);
        vault.deposit(0);
    }

    function test_deposit_refusesATokenThatTakesAFee() public {
        ITestDollar fees = ITestDollar(deploy("FeeDollar.sol:FeeDollar", ""));
        ITokenVault other = ITokenVault(_deployVault(address(fees), address(1)));
        fees.faucet(address(this), 100);
        fees.approve(address(other), 100);
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.WrongAmountReceived.selector, 99, 100));
        other.deposit(100);
    }

    function test_depositWithAuthorization_asksTheWalletWhereTheSignatureHasAnotherLength() public {
        vm.expectRevert(abi.encodeWithSelector(ITestDollar.InvalidAuthorization.selector, consumer.addr));
        vault.depositWithAuthorization(consumer.addr, 1, 0, Payment(0, 1, new bytes(64)));
    }

    function test_depositWithAuthorization_refusesAnAuthorisationThatPaysAnOrder() public {
        Order memory order = _order();
        order.lane = 1;
        Payment memory payment = _authorisation(consumer, order.amount, market.hashOrder(order));
        vm.expectRevert(abi.encodeWithSelector(ITestDollar.InvalidAuthorization.selector, consumer.addr));
        vault.depositWithAuthorization(consumer.addr, order.amount, order.salt, payment);
    }

    function test_withdraw_refusesMoreThanTheCredit() public {
        vm.expectRevert(
            abi.encodeWithSelector(ITokenVault.CreditTooSmall.selector, consumer.addr, 1_000e6, 1_000e6 + 1)
        );
        vm.prank(consumer.addr);
        vault.withdraw(consumer.addr, 1_000e6 + 1);
    }

    function test_withdraw_refusesZeroAddress() public {
        vm.expectRevert(ITokenVault.ZeroAddress.selector);
        vm.prank(consumer.addr);
        vault.withdraw(address(0), 1);
    }

    function test_withdraw_refusesNothing() public {
        vm.expectRevert(ITokenVault.NothingToMove.selector);
        vm.prank(consumer.addr);
        vault.withdraw(consumer.addr, 0);
    }

    function test_collect_refusesACallerThatIsNoModule() public {
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.NotModule.selector, address(this)));
        vault.collect(1, 0, consumer.addr, 1, Payment(0, 0, ""));
    }

    function test_takeCredit_refusesACallerThatIsNoModule() public {
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.NotModule.selector, address(this)));
        vault.takeCredit(consumer.addr, 1);
    }

    function test_giveCredit_refusesACallerThatIsNoModule() public {
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.NotModule.selector, address(this)));
        vault.giveCredit(consumer.addr, 1);
    }

    function test_moveLedger_refusesACallerThatIsNoModule() public {
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.NotModule.selector, address(this)));
        vault.moveLedger(address(market), 1);
    }

    function test_moveLedger_refusesAReceiverThatIsNoModule() public {
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.NotModule.selector, address(this)));
        vm.prank(address(stake));
        vault.moveLedger(address(this), 1);
    }

    function test_burn_refusesACallerThatIsNoModule() public {
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.NotModule.selector, address(this)));
        vault.burn(1);
    }

    function test_giveCredit_refusesMoreThanTheModulesLedger() public {
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.LedgerTooSmall.selector, address(settlement), 0, 1));
        vm.prank(address(settlement));
        vault.giveCredit(stranger.addr, 1);
    }

    function test_burn_isNeverWithdrawable() public {
        vm.prank(address(stake));
        vault.burn(STAKE);
        assertEq(vault.burned(), STAKE);
        assertEq(vault.ledgerOf(address(stake)), 0);
        assertEq(dollar.balanceOf(address(vault)), 1_000e6 + STAKE);
    }

    function test_deposit_credits() public {
        _fundCredit(stranger.addr, 7);
        assertEq(vault.creditOf(stranger.addr), 7);
    }

    function test_depositWithAuthorization_creditsTheSigner() public {
        bytes32 structHash = keccak256(abi.encode(CREDIT_DEPOSIT_TYPEHASH, CreditDeposit(consumer.addr, 50e6, 9)));
        bytes32 nonce = keccak256(abi.encodePacked(hex"1901", vault.domainSeparator(), structHash));
        Payment memory payment = _authorisation(consumer, 50e6, nonce);
        vm.prank(stranger.addr);
        vault.depositWithAuthorization(consumer.addr, 50e6, 9, payment);
        assertEq(vault.creditOf(consumer.addr), 1_050e6);
        assertEq(dollar.balanceOf(consumer.addr), 950e6);
    }

    function test_withdraw_paysOut() public {
        vm.prank(consumer.addr);
        vault.withdraw(stranger.addr, 400e6);
        assertEq(dollar.balanceOf(stranger.addr), 400e6);
        assertEq(vault.creditOf(consumer.addr), 600e6);
    }

    function test_donation_creditsNobodyAndBreaksNothing() public {
        dollar.faucet(address(vault), 5e6);
        _fundCredit(stranger.addr, 7);
        vm.prank(stranger.addr);
        vault.withdraw(stranger.addr, 7);
        assertEq(dollar.balanceOf(address(vault)), 1_000e6 + STAKE + 5e6);
    }

    function _deployVault(address token, address stake_) private returns (address) {
        return deploy(
            "TokenVault.sol:TokenVault",
            abi.encode(token, governor.addr, 0, 0, 0, stake_, address(2), address(3), new address[](0))
        );
    }
}
